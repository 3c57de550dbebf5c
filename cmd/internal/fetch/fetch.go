// Package fetch gets identity-provider metadata from an address that a person typed. Such an address may lead anywhere,
// also to our own network, so the address that is really connected to is checked after name resolution.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"code.dny.dev/ssrf"
)

const (
	maxBody      = 2 << 20 // bytes
	maxRedirects = 3
	connectLimit = 5 * time.Second
	totalLimit   = 10 * time.Second
)

// Options of a Fetcher.
type Options struct {
	AllowPrivate bool           // ROLLCALL_ALLOW_PRIVATE_IDP: addresses may be http, private and on any port
	Roots        *x509.CertPool // tests; nil means the system's
}

// Fetcher gets documents over https from public addresses. Safe for concurrent use.
type Fetcher struct {
	options Options
	client  *http.Client
}

// Error is why an address could not be fetched. Sentence is for the person who typed it and never repeats what the
// other side sent.
type Error struct {
	Why string // completes "We could not open that address (…)"
	Err error  // for the log
}

func (e *Error) Error() string { return "fetch: " + e.Why }

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Err }

// Sentence says what happened and what to do.
func (e *Error) Sentence() string {
	return "We could not open that address (" + e.Why + "). If it is inside your network, download the file and upload it instead."
}

// New makes a Fetcher. It takes no proxy from the environment and keeps no cookies.
func New(o Options) *Fetcher {
	d := &net.Dialer{Timeout: connectLimit}
	if !o.AllowPrivate {
		d.Control = ssrf.New(ssrf.WithPorts(443)).Safe
	}
	f := &Fetcher{options: o}
	f.client = &http.Client{
		Timeout: totalLimit,
		Transport: &http.Transport{
			DialContext: d.DialContext, TLSHandshakeTimeout: connectLimit, DisableCompression: true, DisableKeepAlives: true,
			MaxResponseHeaderBytes: 64 << 10, TLSClientConfig: &tls.Config{RootCAs: o.Roots, MinVersion: tls.VersionTLS12},
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return &Error{Why: "it redirects too often"}
			}
			r.Header.Del("Referer")
			return f.check(r.URL)
		},
	}
	return f
}

// Fetch gets the document at address: at most 2 MB in at most 10 s. Every error is an *Error.
func (f *Fetcher) Fetch(ctx context.Context, address string) ([]byte, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, &Error{Why: "it is not a web address", Err: err}
	}
	if err := f.check(u); err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &Error{Why: "it is not a web address", Err: err}
	}
	r.Header.Set("Accept", "application/samlmetadata+xml, application/xml, text/xml, */*")
	res, err := f.client.Do(r)
	if err != nil {
		return nil, why(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, &Error{Why: fmt.Sprintf("it answered %d", res.StatusCode)}
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	if err != nil {
		return nil, why(err)
	}
	if len(body) > maxBody {
		return nil, &Error{Why: "it is larger than 2 MB"}
	}
	return body, nil
}

// check looks at the address before anything is connected to; redirects pass here too.
func (f *Fetcher) check(u *url.URL) error {
	switch {
	case u.Scheme != "https" && !(u.Scheme == "http" && f.options.AllowPrivate):
		return &Error{Why: "it must begin with https://"}
	case u.Hostname() == "":
		return &Error{Why: "it names no host"}
	case u.User != nil:
		return &Error{Why: "it must not hold a user name or password"}
	}
	return nil
}

// why words a failure without what the other side or the network said.
func why(err error) error {
	var e *Error
	var dns *net.DNSError
	var unknown x509.UnknownAuthorityError
	var certificate *tls.CertificateVerificationError
	var timeout interface{ Timeout() bool }
	switch {
	case errors.As(err, &e):
		return e
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork):
		return &Error{Why: "it leads to a private network", Err: err}
	case errors.Is(err, ssrf.ErrProhibitedPort):
		return &Error{Why: "only port 443 is allowed", Err: err}
	case errors.As(err, &dns):
		return &Error{Why: "there is no such host", Err: err}
	case errors.As(err, &unknown), errors.As(err, &certificate):
		return &Error{Why: "its TLS certificate is not valid", Err: err}
	case errors.As(err, &timeout) && timeout.Timeout():
		return &Error{Why: "it did not answer within 10 seconds", Err: err}
	}
	return &Error{Why: "no connection was possible", Err: err}
}
