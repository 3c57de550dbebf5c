package saml_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"rollcall/saml"
)

// FuzzVerify holds two things: nothing panics, and whatever is accepted is the person whom
// the identity provider signed. The seeds are the whole corpus; a part of it is committed.
func FuzzVerify(f *testing.F) {
	for _, group := range corpus() {
		for _, c := range group {
			raw := c.make(f)
			if data, err := base64.StdEncoding.DecodeString(raw); err == nil && len(data) < 20_000 {
				f.Add(data)
				if committed[c.name] && *update {
					writeSeed(f, "FuzzVerify", c.name, fmt.Sprintf("[]byte(%q)", data))
				}
			}
		}
	}
	s := settings()
	s.Certificates = append(s.Certificates, world().ec.Certificate)
	s.AllowUnsolicited = true
	f.Fuzz(func(t *testing.T, data []byte) {
		id, report, err := saml.Verify(s, base64.StdEncoding.EncodeToString(data), now)
		if report == nil {
			t.Fatal("no report")
		}
		if report.Reason == saml.ReasonInternal {
			t.Fatal("a panic was caught")
		}
		if (err == nil) != (report.Reason == "") {
			t.Fatalf("error %v, reason %q", err, report.Reason)
		}
		if err == nil && !signedFor[id.Email] {
			t.Fatalf("accepted %q", id.Email)
		}
	})
}

// signedFor are the addresses that Acme's provider signs responses for.
var signedFor = map[string]bool{victim: true, "al@acme.test": true, "o'neil.ada+sso@acme.test": true, "ada_1&2=3~x@acme.test": true}

// FuzzMetadata: nothing panics, and whatever is accepted can be used safely.
func FuzzMetadata(f *testing.F) {
	for _, c := range append(metadataCases(), rareMetadata()...) {
		if len(c.input) < 20_000 {
			f.Add([]byte(c.input))
			if committed[c.name] && *update {
				writeSeed(f, "FuzzMetadata", c.name, fmt.Sprintf("[]byte(%q)", c.input))
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		idps, err := saml.ParseMetadata(data, now, saml.MetadataOptions{OwnEntityPrefix: ownPrefix})
		var e *saml.Error
		if err != nil && (!errors.As(err, &e) || e.Sentence(saml.Labels{}) == "") {
			t.Fatalf("error without a sentence: %v", err)
		}
		for _, i := range idps {
			if i.EntityID == "" || len(i.Certificates) == 0 || len(i.SSOURL) < 9 || i.SSOURL[:8] != "https://" {
				t.Fatalf("accepted %+v", i)
			}
		}
	})
}

// FuzzCertificates: nothing panics.
func FuzzCertificates(f *testing.F) {
	bare := b64(world().acme.Certificate)
	for name, text := range map[string]string{
		"bare": bare, "no certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "weak": weakCerts()[0], "other kind": weakCerts()[1],
		"two on one line": strings.Repeat("-----BEGIN CERTIFICATE----- "+bare+" -----END CERTIFICATE-----", 2), "bytes": string(world().ec.Certificate.Raw),
		"never ended": "-----BEGIN CERTIFICATE-----\n" + bare, "elliptic": b64(world().ec.Certificate),
	} {
		f.Add(text)
		if *update {
			writeSeed(f, "FuzzCertificates", name, fmt.Sprintf("string(%q)", text))
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		if certs, err := saml.ParseCertificates(s); err == nil && len(certs) == 0 {
			t.Fatal("neither certificates nor an error")
		}
	})
}

// committed are the samples and documents that testdata/fuzz holds.
var committed = map[string]bool{
	"assertion signed": true, "response signed": true, "both signed": true, "ecdsa": true, "encrypted gcm": true,
	"persistent NameID": true, "signed inside Advice": true, "comment in NameID": true, "two References, right one first": true,
	"DOCTYPE in front": true, "audience of another connection": true, "two e-mail values": true,

	"plain": true, "base64": true, "PEM armour": true, "UTF-16 as Windows saves it": true, "latin-1 declared and sent": true, "two to choose from": true,
	"AD FS: roles of WS-Federation before ours": true, "the same entity twice, another certificate": true, "a group in a group in a group": true,
	"valid until the year 1": true, "script address in disguise": true, "a million laughs": true, "instruction and CDATA": true,
}

// writeSeed keeps an input of a fuzz target as go test -fuzz reads it. value is a Go literal.
func writeSeed(f *testing.F, target, name, value string) {
	file := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" :/", r) {
			return '-'
		}
		return r
	}, name)
	dir := "testdata/fuzz/" + target + "/"
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(dir+file, []byte("go test fuzz v1\n"+value+"\n"), 0o644)); err != nil {
		f.Fatal(err)
	}
}
