package handlers

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"regexp"
	"testing"

	"rollcall/models"
	"rollcall/saml/samltest"
)

// TestOwnKeyRollOver: an identity provider that has read our metadata before or after any step of the roll-over can go
// on encrypting with what it read (SPEC S5). The administrator takes the steps on the page.
func TestOwnKeyRollOver(t *testing.T) {
	w := newSSOWorld(t)
	if _, err := w.db.SQL().Exec("UPDATE connection_settings SET encrypt = TRUE"); err != nil {
		t.Fatal(err)
	}
	w.do(func(tx *models.Tx) error {
		set, err := models.ActiveSettings(tx, w.con)
		if err != nil {
			return err
		}
		p := models.ProviderData{EntityID: set.EntityID, SSOURL: set.SSOURL, Certificates: set.Certificates, SignRequests: true}
		if err := models.SaveProviderData(tx, w.con, p); err != nil {
			return err
		}
		return models.ActivateConnection(tx, w.con, true)
	})
	published := func(want int) (keys []*rsa.PublicKey) {
		t.Helper()
		b := newBrowser(t, w.e)
		b.get("/saml/" + w.con.ID + "/metadata")
		for _, found := range regexp.MustCompile(`use="encryption">\s*<ds:KeyInfo[^>]*><ds:X509Data><ds:X509Certificate>([^<]+)<`).FindAllStringSubmatch(b.last.Body.String(), -1) {
			der, _ := base64.StdEncoding.DecodeString(found[1])
			cert, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			keys = append(keys, cert.PublicKey.(*rsa.PublicKey))
		}
		if len(keys) != want {
			t.Fatalf("%d keys are published, want %d", len(keys), want)
		}
		return keys
	}
	passes := func(keys ...*rsa.PublicKey) {
		t.Helper()
		for _, key := range keys {
			b := newBrowser(t, w.e)
			r, relay := w.request(b, "")
			o := w.options(r.ID, "alice@acme.com")
			o.Encrypt = &samltest.Encrypt{To: key}
			w.deliver(b, w.respond(o), relay)
			b.finish()
			b.leads("/account")
		}
	}
	_, _ = person(t, w.db, w.org.ID, "root@acme.com", models.RoleAdmin)
	admin := signedIn(t, w.e, w.org.ID, "root@acme.com")
	old := published(1)
	passes(old...)
	admin.post(connectionPath+"/key", "step", "renew")
	admin.leads(connectionPath)
	both := published(2)
	passes(both...)
	admin.get(connectionPath)
	admin.want(200, "Put the new key into use")
	admin.post(connectionPath+"/key", "step", "switch")
	admin.leads(connectionPath)
	if fresh := published(1); !fresh[0].Equal(both[1]) {
		t.Error("the new key is not the one in use")
	}
	passes(both...)
	admin.post(connectionPath+"/key", "step", "switch")
	admin.want(409)
}
