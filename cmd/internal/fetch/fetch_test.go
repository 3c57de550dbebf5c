package fetch

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPrivateAddressesAreRefused(t *testing.T) {
	f := New(Options{})
	for address, want := range map[string]string{
		"http://idp.example/":               "https://",
		"ftp://idp.example/":                "https://",
		"https://":                          "no host",
		"https://jo:pw@idp.example/":        "user name",
		"https://127.0.0.1/":                "private network",
		"https://[::1]/":                    "private network",
		"https://10.0.0.1/":                 "private network",
		"https://169.254.169.254/":          "private network",
		"https://100.64.0.1/":               "private network",
		"https://[::ffff:127.0.0.1]/":       "private network",
		"https://[64:ff9b::7f00:1]/":        "private network",
		"https://[2002:7f00:1::]/":          "private network",
		"https://[fd00::1]/":                "private network",
		"https://0.0.0.0/":                  "private network",
		"https://localhost/":                "private network",
		"https://93.184.215.14:8443/":       "port 443",
		"https://there-is-none.invalid/":    "no such host",
		"https://idp.example/%zz":           "not a web address",
		"javascript:alert(1)":               "https://",
		"https://user@127.0.0.1/":           "user name",
		"file:///etc/passwd":                "https://",
		"https://2130706433/":               "",
		"https://[fe80::1%25lo]/":           "private network",
		"https://224.0.0.1/":                "private network",
		"gopher://127.0.0.1:6379/_FLUSHALL": "https://",
	} {
		_, err := f.Fetch(context.Background(), address)
		var e *Error
		if !errors.As(err, &e) || !strings.Contains(e.Sentence(), want) {
			t.Errorf("%s: %v, want %q", address, err, want)
		}
	}
}

// idp is an identity provider that misbehaves by path.
func idp(t *testing.T) *httptest.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<md/>")) })
	mux.HandleFunc("/gone", func(w http.ResponseWriter, r *http.Request) { http.Error(w, "secret of the inside", 500) })
	mux.HandleFunc("/big", func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, maxBody+1)) })
	mux.HandleFunc("/full", func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, maxBody)) })
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	mux.HandleFunc("/once", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/ok", http.StatusFound) })
	mux.HandleFunc("/userinfo", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://a:b@"+r.Host+"/ok", http.StatusFound)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestFetch(t *testing.T) {
	s, f := idp(t), New(Options{AllowPrivate: true})
	for path, want := range map[string]string{
		"/ok": "", "/full": "", "/once": "", "/gone": "answered 500", "/big": "larger than 2 MB", "/loop": "redirects too often",
		"/userinfo": "user name", "/none": "answered 404",
	} {
		body, err := f.Fetch(context.Background(), s.URL+path)
		var e *Error
		switch {
		case want == "" && (err != nil || len(body) == 0):
			t.Errorf("%s: %v", path, err)
		case want != "" && (!errors.As(err, &e) || !strings.Contains(e.Sentence(), want) || strings.Contains(e.Sentence(), "secret")):
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := f.Fetch(ctx, s.URL+"/ok"); err == nil {
		t.Error("fetched after the request was given up")
	}
}

// TestRedirectIntoThePrivateNetwork shows that a redirect cannot lead where the first address may not.
func TestRedirectIntoThePrivateNetwork(t *testing.T) {
	f := New(Options{})
	for _, to := range []string{"http://idp.example/", "https://u:p@idp.example/"} {
		r, _ := http.NewRequest("GET", to, nil)
		if f.client.CheckRedirect(r, make([]*http.Request, 1)) == nil {
			t.Errorf("a redirect to %s was followed", to)
		}
	}
}

func TestUnknownCertificate(t *testing.T) {
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte("<md/>")) }))
	t.Cleanup(s.Close)
	s.Config.ErrorLog = nil
	if _, err := New(Options{AllowPrivate: true}).Fetch(context.Background(), s.URL); err == nil || !strings.Contains(err.Error(), "TLS certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(s.Certificate())
	if _, err := New(Options{AllowPrivate: true, Roots: roots}).Fetch(context.Background(), s.URL); err != nil {
		t.Errorf("a known certificate: %v", err)
	}
}
