package saml

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/url"
	"sync"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// deflaters are kept for the next request: a new one is some hundred kilobytes.
var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // a level that there is
	return w
}}

// redirectURL is the identity provider's address with the request in its query, signed where the settings say so (SAML
// bindings §3.4.4.1). The parameters stand in the order in which they are signed, because an identity provider may check
// the query as it came; gosaml2's own way sorts them by name, and deflates with a new writer each time.
func redirectURL(s Settings, doc *etree.Document, relayState string) (string, error) {
	u, err := url.Parse(s.SSOURL)
	if err != nil {
		return "", err
	}
	packed, err := deflated(doc)
	if err != nil {
		return "", err
	}
	query := "SAMLRequest=" + url.QueryEscape(packed)
	if relayState != "" {
		query += "&RelayState=" + url.QueryEscape(relayState)
	}
	if s.SignRequests {
		if query, err = signQuery(s.SigningKey, query); err != nil {
			return "", err
		}
	}
	if u.RawQuery != "" {
		query = u.RawQuery + "&" + query
	}
	u.RawQuery = query
	return u.String(), nil
}

// deflated is the document as the redirect binding carries it, before it is escaped.
func deflated(doc *etree.Document) (string, error) {
	var packed bytes.Buffer
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&packed)
	if _, err := doc.WriteTo(w); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(packed.Bytes()), nil
}

// signQuery adds the signature over the query as it stands. Our own keys are RSA.
func signQuery(key crypto.Signer, query string) (string, error) {
	if _, ok := key.Public().(*rsa.PublicKey); !ok {
		return "", errors.New("requests are signed with RSA keys only")
	}
	query += "&SigAlg=" + url.QueryEscape(dsig.RSASHA256SignatureMethod)
	sum := sha256.Sum256([]byte(query))
	value, err := key.Sign(rand.Reader, sum[:], crypto.SHA256)
	if err != nil {
		return "", err
	}
	return query + "&Signature=" + url.QueryEscape(base64.StdEncoding.EncodeToString(value)), nil
}
