package saml_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rollcall/saml"
)

// captured is what was true when a real identity provider sent a response.
type captured struct {
	Now          time.Time
	SP, ACS, IdP string
	Cert         []byte
}

// TestCaptured verifies responses captured from other SAML software, as they came, and
// each of them again with one letter of the signed text changed.
func TestCaptured(t *testing.T) {
	files, err := filepath.Glob("testdata/good/*/*.xml")
	if err != nil || len(files) == 0 {
		t.Fatal("no captured responses", err)
	}
	for _, file := range files {
		t.Run(strings.TrimPrefix(file, "testdata/good/"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s, at := capturedSettings(t, strings.TrimSuffix(file, ".xml")+".json")
			id, report, err := saml.Verify(s, base64.StdEncoding.EncodeToString(data), at)
			if err != nil {
				t.Fatalf("%+v", report.Error)
			}
			if !strings.HasSuffix(id.Email, "@acme.test") || id.FirstName == "" || id.LastName == "" || id.InResponseTo == "" {
				t.Errorf("%+v", id)
			}
			changed := strings.Replace(string(data), id.Email, "x"+id.Email[1:], 1)
			if report.Encrypted {
				changed = strings.Replace(string(data), "CipherValue>A", "CipherValue>B", 1)
				changed = strings.Replace(changed, "IssueInstant=\"20", "IssueInstant=\"21", 1)
			}
			if _, report, err := saml.Verify(s, encode(changed), at); err == nil || report.Reason != saml.ReasonSignature {
				t.Errorf("changed: %q", report.Reason)
			}
			if _, report, _ := saml.Verify(s, encode(string(data)), at.Add(time.Hour)); report.Reason != saml.ReasonTime {
				t.Errorf("an hour later: %q", report.Reason)
			}
		})
	}
}

func capturedSettings(t *testing.T, file string) (saml.Settings, time.Time) {
	t.Helper()
	var c captured
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, &c)
	}
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(c.Cert)
	if err != nil {
		t.Fatal(err)
	}
	s := settings()
	s.SPEntityID, s.ACSURL, s.IdPEntityID, s.Certificates = c.SP, c.ACS, c.IdP, []*x509.Certificate{cert}
	return s, c.Now
}
