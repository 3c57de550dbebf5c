package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"rollcall/cmd/internal/practice"
	"rollcall/models"
)

// demoWorld is the demo around a running server.
type demoWorld struct {
	*server
	dir      string
	practice string // base URL of the practice identity provider
}

var byDemo = models.Actor{Kind: models.ActorSystem, ID: "demo"}

func (w *demoWorld) update(ctx context.Context, fn func(*models.Tx) error) error {
	return w.db.Update(ctx, byDemo, fn)
}

// open fills a new world, connects Globex, serves the practice identity provider and makes new setup links.
func (w *demoWorld) open(ctx context.Context, ln net.Listener) (demoLinks, error) {
	links := demoLinks{
		URL: w.config.BaseURL, AdminEmail: models.DemoAdmin[models.DemoAcme], AdminPassword: demoPassword, PracticeURL: w.practice,
		MailsURL: w.practice + "/mails", MailDir: filepath.Join(w.dir, "mail"), dir: w.dir, product: w.config.ProductName,
	}
	if err := w.seed(ctx); err != nil {
		return links, err
	}
	globex, fresh, err := w.globexDirectory(ctx)
	if err != nil {
		return links, err
	}
	idp, err := w.identityProvider(globex)
	if err != nil {
		return links, err
	}
	if err := w.connectGlobex(ctx, idp); err != nil {
		return links, err
	}
	w.serveIDP(ln, idp)
	if fresh {
		if err := idp.PushAll("globex", "okta"); err != nil {
			return links, fmt.Errorf("the practice identity provider could not push Globex's people: %w", err)
		}
	}
	if links.SSOSetupURL, err = w.setupLink(ctx, models.KindSSO); err != nil {
		return links, err
	}
	links.SCIMSetupURL, err = w.setupLink(ctx, models.KindSCIM)
	return links, err
}

// seed fills the database the first time.
func (w *demoWorld) seed(ctx context.Context) error {
	hash, err := models.HashPassword(demoPassword, "")
	if err != nil {
		return err
	}
	return w.update(ctx, func(tx *models.Tx) error {
		_, err := models.FindOrganizationByRef(tx, "acme")
		if models.CodeOf(err) == models.NotFound {
			err = models.SeedDemo(tx, hash)
		}
		return err
	})
}

func (w *demoWorld) setupLink(ctx context.Context, kind string) (url string, err error) {
	err = w.update(ctx, func(tx *models.Tx) error {
		_, in, err := inOrg(tx, "acme")
		if err != nil {
			return err
		}
		_, token, err := models.CreateSetupLink(in, kind)
		url = w.config.BaseURL + "/s/" + token
		return err
	})
	return url, err
}

// globexDirectory is what the practice identity provider pushes Globex's people with. The token is kept in the demo's
// folder, for the database knows only its hash; fresh tells that nobody has used it yet.
func (w *demoWorld) globexDirectory(ctx context.Context) (s practice.SCIMSettings, fresh bool, err error) {
	file := filepath.Join(w.dir, "globex.token")
	kept, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return s, false, err
	}
	s.Token = strings.TrimSpace(string(kept))
	err = w.update(ctx, func(tx *models.Tx) error {
		_, in, err := inOrg(tx, "globex")
		if err != nil {
			return err
		}
		if s.Token != "" {
			dir, err := models.OrganizationDirectory(in)
			s.BaseURL = w.config.scimURL(dir)
			return err
		}
		dir, token, err := models.CreateDirectory(in, models.NewDirectory{IDP: "custom-scim"})
		if err != nil {
			return err
		}
		fresh, s.BaseURL, s.Token = true, w.config.scimURL(dir), token
		return nil
	})
	if err == nil && fresh {
		err = os.WriteFile(file, []byte(s.Token+"\n"), 0o600)
	}
	return s, fresh, err
}

func (w *demoWorld) identityProvider(globex practice.SCIMSettings) (*practice.IdP, error) {
	key, err := keptRSA(filepath.Join(w.dir, "practice.key"))
	if err != nil {
		return nil, err
	}
	tenants := demoTenants()
	for i := range tenants {
		if tenants[i].Slug == "globex" {
			tenants[i].SCIM = globex
		}
	}
	return practice.New(practice.Options{
		BaseURL: w.practice, Rollcall: w.config.BaseURL, Key: key, Now: w.db.Now, MailDir: filepath.Join(w.dir, "mail"), Tenants: tenants,
	})
}

// connectGlobex sets Globex's Single Sign-On up with the practice identity provider. It changes nothing where that was
// done before.
func (w *demoWorld) connectGlobex(ctx context.Context, idp *practice.IdP) error {
	raw, err := idp.Metadata("globex")
	if err != nil {
		return err
	}
	data, err := parseMetadata(w.config, raw)
	if err != nil {
		return err
	}
	return w.update(ctx, func(tx *models.Tx) error {
		_, in, err := inOrg(tx, "globex")
		if err != nil {
			return err
		}
		con, err := models.SetUpConnection(in, models.ConnectionSetUp{IDP: "custom-saml", Data: data, IDPInitiated: true, Activate: true})
		if err != nil {
			return err
		}
		v := w.config.viewConnection(con)
		return idp.Connect("globex", practice.SAMLSettings{ACSURL: v.ACSURL, EntityID: v.EntityID})
	})
}

// keptRSA reads the practice identity provider's key, or makes it: with another key Globex's connection would break.
func keptRSA(file string) (*rsa.PrivateKey, error) {
	b, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			return nil, err
		}
		text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
		return key, os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key; start over with --fresh", file)
	}
	return x509.ParsePKCS1PrivateKey(block.Bytes)
}
