package samltest

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// AuthnRequest is what an identity provider needs of a request.
type AuthnRequest struct {
	ID          string `xml:"ID,attr"`
	Issuer      string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
	ACSURL      string `xml:"AssertionConsumerServiceURL,attr"`
	Destination string `xml:"Destination,attr"`
	XMLName     xml.Name
}

// maxRequest is the largest request, in bytes of XML.
const maxRequest = 64 << 10

// ParseAuthnRequest reads the SAMLRequest parameter of the redirect binding (deflated) or
// of the POST binding (plain). It does not look at signatures: the caller has to answer
// only to ACS URLs that it knows for that issuer.
func ParseAuthnRequest(value string) (AuthnRequest, error) {
	var r AuthnRequest
	data, err := base64.StdEncoding.DecodeString(value)
	if err != nil {
		return r, fmt.Errorf("decode the request: %w", err)
	}
	if !bytes.HasPrefix(data, []byte("<")) {
		data, err = io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(data)), maxRequest+1))
		if err != nil {
			return r, fmt.Errorf("inflate the request: %w", err)
		}
	}
	if len(data) > maxRequest {
		return r, errors.New("the request is too large")
	}
	if err := xml.Unmarshal(data, &r); err != nil {
		return r, fmt.Errorf("read the request: %w", err)
	}
	if r.XMLName.Local != "AuthnRequest" || r.XMLName.Space != nsProtocol || r.ID == "" || r.Issuer == "" {
		return r, errors.New("this is not an AuthnRequest")
	}
	return r, nil
}
