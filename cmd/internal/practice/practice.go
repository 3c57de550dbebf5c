// Package practice is an identity provider to practise with: a page of people who sign in by SAML, and a directory that
// pushes them by SCIM the way Okta and the way Microsoft Entra ID do. `rollcall demo` serves it, and tests drive it. It
// keeps everything in memory and believes whoever opens it, so it must listen on the own machine only.
package practice

import (
	"crypto/rsa"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"rollcall/saml/samltest"
	"rollcall/static"
)

// Options say what the identity provider serves.
type Options struct {
	BaseURL  string          // where people reach it, without a slash at the end
	Rollcall string          // base URL of the service provider; responses go nowhere else
	Key      *rsa.PrivateKey // signs for all tenants
	Now      func() time.Time
	MailDir  string // .eml files that Rollcall writes, to be shown; "" for none
	Tenants  []Tenant
}

// Tenant is one organization at the identity provider, with its own people, entity ID and settings.
type Tenant struct {
	Slug, Name string
	People     []*Person
	Groups     []*Group
	SAML       SAMLSettings
	SCIM       SCIMSettings
}

// SAMLSettings are what an admin copies from Rollcall to sign people in: they are needed only to begin here, for a
// request brings them along.
type SAMLSettings struct{ ACSURL, EntityID string }

// SCIMSettings are where the directory pushes to.
type SCIMSettings struct{ BaseURL, Token string }

// Person is somebody in the directory.
type Person struct {
	ID                    string // the directory's own id, sent as externalId
	First, Last, Email    string
	Country, City, Region string
	Plan                  string
	Gone                  bool // deactivated

	scimID string // what Rollcall calls the person, once it has said so
}

// Name is the full name.
func (p *Person) Name() string { return p.First + " " + p.Last }

// Group is a group of the directory.
type Group struct {
	ID, Name string
	Members  []string // ids of people

	scimID string
}

// IdP is the identity provider: an http.Handler.
type IdP struct {
	options Options
	tenants []*tenant
	mux     *http.ServeMux
	client  *http.Client
}

// tenant is a Tenant being served.
type tenant struct {
	mu sync.Mutex
	Tenant
	saml   *samltest.IdP
	log    []exchange // newest first
	notice notice
}

// notice is what the last action came to, shown once.
type notice struct{ Kind, Text string }

// pushTimeout bounds one SCIM request.
const pushTimeout = 15 * time.Second

// certified is when the certificates were made: a fixed day, so that the same key has the same certificate each time.
var certified = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// New makes the identity provider.
func New(o Options) (*IdP, error) {
	i := &IdP{options: o, mux: http.NewServeMux(), client: &http.Client{Timeout: pushTimeout}}
	for _, t := range o.Tenants {
		at := o.BaseURL + "/" + t.Slug
		signer, err := samltest.NewWithKey(at, at+"/sso", o.Key, certified)
		if err != nil {
			return nil, err
		}
		i.tenants = append(i.tenants, &tenant{Tenant: t, saml: signer})
	}
	i.routes()
	return i, nil
}

// Metadata is a tenant's SAML metadata, for what is set up without a browser.
func (i *IdP) Metadata(slug string) ([]byte, error) {
	t := i.find(slug)
	if t == nil {
		return nil, fmt.Errorf("the practice identity provider has no tenant %q", slug)
	}
	return t.saml.Metadata(), nil
}

// Connect tells a tenant where its sign-ins go, as an admin would type it in.
func (i *IdP) Connect(slug string, s SAMLSettings) error {
	t := i.find(slug)
	if t == nil {
		return fmt.Errorf("the practice identity provider has no tenant %q", slug)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.SAML = s
	return nil
}

// PushAll pushes all of a tenant's people and groups in a dialect, as the buttons of its page do.
func (i *IdP) PushAll(slug, dialect string) error {
	t, p := i.find(slug), i.pusher(dialect)
	if t == nil || p == nil {
		return fmt.Errorf("the practice identity provider has no tenant %q or does not speak %q", slug, dialect)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	p.tenant = t
	if _, err := p.createAll(); err != nil {
		return err
	}
	_, err := p.pushGroups()
	return err
}

func (i *IdP) find(slug string) *tenant {
	for _, t := range i.tenants {
		if t.Slug == slug {
			return t
		}
	}
	return nil
}

func (i *IdP) routes() {
	i.mux.Handle("GET "+static.Prefix, static.Handler())
	i.mux.HandleFunc("GET /practice.js", serveScript)
	i.mux.HandleFunc("GET /{$}", i.home)
	i.mux.HandleFunc("GET /mails", i.mails)
	i.handle("GET /{tenant}", i.page)
	i.handle("GET /{tenant}/metadata", i.metadata)
	// The request comes from Rollcall, which is another origin.
	i.handle("GET /{tenant}/sso", i.chooser)
	i.handle("POST /{tenant}/sso", i.chooser)
	i.form("POST /{tenant}/sso/answer", i.answer)
	i.form("POST /{tenant}/start", i.start)
	i.form("POST /{tenant}/settings", i.settings)
	i.form("POST /{tenant}/push", i.push)
}

// handle registers a page of each tenant.
func (i *IdP) handle(pattern string, h func(http.ResponseWriter, *http.Request, *tenant)) {
	for _, t := range i.tenants {
		i.mux.HandleFunc(strings.Replace(pattern, "{tenant}", t.Slug, 1), func(w http.ResponseWriter, r *http.Request) {
			t.mu.Lock()
			defer t.mu.Unlock()
			h(w, r, t)
		})
	}
}

// form registers the target of one of our own forms: no other site's page may send it.
func (i *IdP) form(pattern string, h func(http.ResponseWriter, *http.Request, *tenant)) {
	guard := http.NewCrossOriginProtection()
	i.handle(pattern, func(w http.ResponseWriter, r *http.Request, t *tenant) {
		if guard.Check(r) != nil {
			http.Error(w, "This form was sent from another site.", http.StatusForbidden)
			return
		}
		h(w, r, t)
	})
}

// maxForm bounds a form, in bytes.
const maxForm = 256 << 10

// ServeHTTP answers with the same strict headers as Rollcall; a response to a sign-in may be posted to Rollcall.
func (i *IdP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'; form-action 'self' "+i.options.Rollcall)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if !strings.HasPrefix(r.URL.Path, static.Prefix) {
		h.Set("Cache-Control", "no-store")
	}
	i.mux.ServeHTTP(w, r)
}

// person finds somebody of the tenant.
func (t *tenant) person(id string) *Person {
	for _, p := range t.People {
		if p.ID == id {
			return p
		}
	}
	return nil
}
