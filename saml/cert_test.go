package saml_test

import (
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"rollcall/saml"
)

func TestParseCertificates(t *testing.T) {
	acme, next := world().acme.Certificate, world().next.Certificate
	armoured := func(der []byte) string {
		return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	bare := b64(acme)
	cases := []struct {
		name, input string
		n           int
		want        saml.Reason
	}{
		{"PEM", armoured(acme.Raw), 1, ""},
		{"PEM with byte order mark", "\ufeff" + armoured(acme.Raw), 1, ""},
		{"PEM with Windows line ends", strings.ReplaceAll(armoured(acme.Raw), "\n", "\r\n"), 1, ""},
		{"PEM indented", strings.ReplaceAll(armoured(acme.Raw), "\n", "\n    "), 1, ""},
		{"PEM on one line", strings.ReplaceAll(armoured(acme.Raw), "\n", " "), 1, ""},
		{"PEM with a text before it", "Subject: x\n" + armoured(acme.Raw), 1, ""},
		{"two", armoured(acme.Raw) + "\n" + armoured(next.Raw), 2, ""},
		{"the same twice", armoured(acme.Raw) + armoured(acme.Raw), 1, ""},
		{"bare base64", bare, 1, ""},
		{"wrapped base64", bare[:60] + "\n" + bare[60:200] + " \t" + bare[200:], 1, ""},
		{"DER", string(acme.Raw), 1, ""},
		{"ECDSA", b64(world().ec.Certificate), 1, ""},
		{"nothing", "", 0, saml.ReasonCertFormat},
		{"text", "hello", 0, saml.ReasonCertFormat},
		{"header only", "-----BEGIN CERTIFICATE-----", 0, saml.ReasonCertFormat},
		{"no footer", "-----BEGIN CERTIFICATE-----\n" + bare, 0, saml.ReasonCertFormat},
		{"cut short", armoured(acme.Raw[:200]), 0, saml.ReasonCertFormat},
		{"private key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", 0, saml.ReasonCertFormat},
		{"weak", weakCerts()[0], 0, saml.ReasonCertWeak},
		{"other kind of key", weakCerts()[1], 0, saml.ReasonCertWeak},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			certs, err := saml.ParseCertificates(c.input)
			var e *saml.Error
			if errors.As(err, &e) != (c.want != "") || e != nil && e.Reason != c.want || len(certs) != c.n {
				t.Fatalf("got %d, %+v", len(certs), err)
			}
		})
	}
}

func TestCertificateDates(t *testing.T) {
	c, err := saml.ParseCertificates(b64(world().acme.Certificate))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		years int
		want  saml.Reason
	}{{-5, saml.ReasonCertFuture}, {0, ""}, {20, saml.ReasonCertExpired}} {
		e := c[0].Dates(now.AddDate(test.years, 0, 0))
		if (e == nil) != (test.want == "") || e != nil && e.Reason != test.want {
			t.Errorf("%d years: %+v", test.years, e)
		}
	}
}

func TestCheckFields(t *testing.T) {
	cert := b64(world().acme.Certificate)
	own := saml.MetadataOptions{OwnEntityPrefix: ownPrefix}
	for _, c := range []struct {
		name, entity, url, cert string
		want                    saml.Reason
	}{
		{"good", " " + idpEntity + "\n", "https://idp.acme.test/sso ", cert, ""},
		{"no entity", "", "https://idp.acme.test/sso", cert, saml.ReasonMetadataEntity},
		{"our own", spEntity, "https://idp.acme.test/sso", cert, saml.ReasonMetadataOwn},
		{"http", idpEntity, "http://idp.acme.test/sso", cert, saml.ReasonMetadataURL},
		{"no certificate", idpEntity, "https://idp.acme.test/sso", "", saml.ReasonCertFormat},
	} {
		t.Run(c.name, func(t *testing.T) {
			idp, err := saml.CheckFields(c.entity, c.url, c.cert, own)
			var e *saml.Error
			if errors.As(err, &e) != (c.want != "") || e != nil && e.Reason != c.want {
				t.Fatalf("%+v", err)
			}
			if err == nil && (idp.EntityID != idpEntity || len(idp.Certificates) != 1) {
				t.Errorf("%+v", idp)
			}
		})
	}
}
