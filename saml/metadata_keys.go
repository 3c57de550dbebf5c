package saml

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// signingCertificates reads every certificate of every KeyDescriptor for signing or for any
// use. One that is unusable makes way for the others; alone it is the error.
func signingCertificates(role *etree.Element) ([]Certificate, *Error) {
	var all []Certificate
	bad := refuse(ReasonMetadataNoCert, "")
	for _, key := range children(role, nsMetadata, "KeyDescriptor") {
		if use := attr(key, "use"); use != "" && use != "signing" {
			continue
		}
		for _, info := range children(key, nsDsig, "KeyInfo") {
			for _, data := range children(info, nsDsig, "X509Data") {
				for _, el := range children(data, nsDsig, "X509Certificate") {
					content, _ := text(el)
					cert, e := parseCertificate(decodeCertificate(unarmour(content)))
					if e != nil {
						bad = e
						continue
					}
					all = appendCertificate(all, cert)
				}
			}
		}
	}
	switch {
	case len(all) == 0:
		return nil, bad
	case len(all) > maxCertificates:
		return nil, &Error{Reason: ReasonCertMany, Received: strconv.Itoa(len(all))}
	}
	return all, nil
}

// unarmour drops PEM lines that some providers leave inside X509Certificate.
func unarmour(s string) string {
	s = strings.ReplaceAll(s, "-----BEGIN CERTIFICATE-----", "")
	return strings.ReplaceAll(s, "-----END CERTIFICATE-----", "")
}

// displayName finds a name for the choice between several identity providers.
func displayName(el, role *etree.Element) string {
	const nsUI = "urn:oasis:names:tc:SAML:metadata:ui"
	for _, ext := range children(role, nsMetadata, "Extensions") {
		for _, info := range children(ext, nsUI, "UIInfo") {
			for _, n := range children(info, nsUI, "DisplayName") {
				if s, _ := text(n); s != "" {
					return cut(s, 200)
				}
			}
		}
	}
	for _, org := range children(el, nsMetadata, "Organization") {
		for _, n := range children(org, nsMetadata, "OrganizationDisplayName") {
			if s, _ := text(n); s != "" {
				return cut(s, 200)
			}
		}
	}
	return ""
}

var duration = regexp.MustCompile(`^P(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})(?:\.\d+)?S)?)?$`)

// cacheDuration reads the usual forms of an xs:duration (days to seconds); 0 for others.
func cacheDuration(s string) time.Duration {
	part := duration.FindStringSubmatch(s)
	if part == nil {
		return 0
	}
	var sum time.Duration
	for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
		n, _ := strconv.Atoi(part[i+1]) // "" is 0; the expression lets nothing else fail
		sum += time.Duration(n) * unit
	}
	return sum
}

// CheckFields judges the three values of a connection entered by hand, like ParseMetadata
// does. The errors are *Error; allowHTTP is the setting for tests.
func CheckFields(entityID, ssoURL, certificates string, o MetadataOptions) (IdP, error) {
	m := &metadataReader{options: o}
	idp := IdP{EntityID: strings.TrimSpace(entityID), SSOURL: strings.TrimSpace(ssoURL), SSOBinding: Redirect}
	if e := m.checkEntityID(idp.EntityID); e != nil {
		return idp, e
	}
	if e := checkURL(idp.SSOURL, o.AllowHTTP); e != nil {
		return idp, e
	}
	idp.SSOURL = lowerScheme(idp.SSOURL)
	var err error
	idp.Certificates, err = ParseCertificates(certificates)
	return idp, err
}
