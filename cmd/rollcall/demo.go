package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"rollcall/cmd/internal/practice"
)

type demoCmd struct {
	Listen   string `placeholder:"ADDRESS" help:"Where Rollcall listens, on this machine only (ROLLCALL_LISTEN, or 127.0.0.1:8080)."`
	Practice string `placeholder:"ADDRESS" help:"Where the practice identity provider listens (the next port)."`
	Dir      string `type:"path" placeholder:"DIR" help:"Where the demo keeps its database and mails (the user's cache folder)."`
	Fresh    bool   `help:"Forget the last demo and start over."`
}

// demoPassword opens both demo administrators' accounts. It is known to everybody, which is why the demo serves its own
// machine only.
const demoPassword = "practice makes perfect"

// demoFiles are what a demo keeps in its folder, and what --fresh removes: nothing else.
var demoFiles = []string{"demo.db", "demo.db-wal", "demo.db-shm", "demo.db.key", "practice.key", "globex.token", "mail"}

func (d *demoCmd) Run(a *app) error {
	if err := d.prepare(); err != nil {
		return err
	}
	c, err := d.config(a)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	slog.SetDefault(log)
	idp, err := d.listen(c)
	if err != nil {
		return err
	}
	defer idp.Close()
	s, err := start(a.ctx, c, log)
	if err != nil {
		return err
	}
	w := &demoWorld{server: s, dir: d.Dir, practice: "http://" + idp.Addr().String()}
	links, err := w.open(a.ctx, idp)
	if err != nil {
		s.close()
		return err
	}
	if err := a.print(links, links.String()); err != nil {
		return err
	}
	return s.wait(a.ctx)
}

// prepare makes the folder, empty with --fresh.
func (d *demoCmd) prepare() error {
	if d.Dir == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return errors.New("there is no cache folder for this user; name a folder with --dir")
		}
		d.Dir = filepath.Join(cache, "rollcall", "demo")
	}
	if d.Fresh {
		for _, name := range demoFiles {
			if err := os.RemoveAll(filepath.Join(d.Dir, name)); err != nil {
				return fmt.Errorf("the last demo in %s cannot be removed: %w", d.Dir, cause(err))
			}
		}
	}
	if err := os.MkdirAll(d.Dir, 0o700); err != nil {
		return fmt.Errorf("the folder %s cannot be made: %w", d.Dir, cause(err))
	}
	return nil
}

// config takes from the environment only what cannot hurt: a demo started where a real Rollcall's settings are at hand
// must not touch its database or send its mails.
func (d *demoCmd) config(a *app) (*Config, error) {
	c, err := LoadConfig(func(name string) string {
		switch name {
		case "ROLLCALL_DATABASE_URL":
			return "sqlite:" + filepath.Join(d.Dir, "demo.db")
		case "ROLLCALL_MAIL_URL":
			return "file:" + filepath.Join(d.Dir, "mail")
		case "ROLLCALL_LISTEN":
			return orElse(d.Listen, a.getenv(name))
		case "ROLLCALL_PRODUCT_NAME", "ROLLCALL_SUPPORT_EMAIL", "ROLLCALL_RATE_LIMITS", "ROLLCALL_OPS_LISTEN":
			return a.getenv(name)
		}
		return ""
	})
	if err == nil && !c.Loopback() {
		err = usageError("The demo has passwords that everybody knows, so it serves this machine only: let --listen name 127.0.0.1 and a port.")
	}
	return c, err
}

// listen opens the practice identity provider's address: the port after Rollcall's, unless one is given.
func (d *demoCmd) listen(c *Config) (net.Listener, error) {
	address := d.Practice
	if address == "" {
		host, port, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return nil, err
		}
		if n, err := strconv.Atoi(port); err == nil && n != 0 {
			port = strconv.Itoa(n + 1)
		}
		address = net.JoinHostPort(host, port)
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("the practice identity provider cannot listen on %s: %w; name another address with --practice", address, cause(err))
	}
	if tcp, ok := ln.Addr().(*net.TCPAddr); !ok || !tcp.IP.IsLoopback() {
		ln.Close()
		return nil, usageError("The practice identity provider believes whoever opens it, so it serves this machine only: let --practice name 127.0.0.1 and a port.")
	}
	return ln, nil
}

// serveIDP serves the practice identity provider beside Rollcall.
func (s *server) serveIDP(ln net.Listener, idp *practice.IdP) {
	srv := &http.Server{Handler: idp, ReadHeaderTimeout: headerTimeout, ReadTimeout: time.Minute, IdleTimeout: idleTimeout}
	go func() {
		if err := srv.Serve(ln); !errors.Is(err, net.ErrClosed) && !errors.Is(err, http.ErrServerClosed) {
			s.failed <- err
		}
	}()
}

// demoLinks are what the demo prints.
type demoLinks struct {
	URL           string `json:"url"`
	AdminEmail    string `json:"admin_email"`
	AdminPassword string `json:"admin_password"`
	SSOSetupURL   string `json:"sso_setup_url"`
	SCIMSetupURL  string `json:"scim_setup_url"`
	PracticeURL   string `json:"practice_url"`
	MailsURL      string `json:"mails_url"`
	MailDir       string `json:"mail_dir"`
	dir, product  string
}

// String is the list of links for people, in the order in which one wants to click them.
func (l demoLinks) String() string {
	var b strings.Builder
	line := func(label, value string) { fmt.Fprintf(&b, "    %-36s %s\n", label, value) }
	fmt.Fprintf(&b, "\n%s demo. Everything in it is made up, and stays in %s\n", l.product, l.dir)
	fmt.Fprintf(&b, "\n  Acme has bought Single Sign-On and Directory Sync. Set them up:\n\n")
	line("Sign in as its administrator", l.URL+"/login?email="+l.AdminEmail)
	line("", "password: "+l.AdminPassword)
	line("Set up Single Sign-On (for IT)", l.SSOSetupURL)
	line("Set up Directory Sync (for IT)", l.SCIMSetupURL)
	line("Acme's practice identity provider", l.PracticeURL+"/acme")
	line("  choose Custom SAML; metadata URL", l.PracticeURL+"/acme/metadata")
	fmt.Fprintf(&b, "\n  Globex is connected already:\n\n")
	line("Sign in through its practice IdP", l.URL+"/login?email=mina@globex.example")
	line("Sign in as its administrator", l.URL+"/login/password?email=iris@globex.example")
	line("", "password: "+l.AdminPassword)
	line("Change its people and watch", l.PracticeURL+"/globex")
	fmt.Fprintf(&b, "\n  Mails that %s sends\n\n", l.product)
	line("Read them", l.MailsURL)
	line("Their files", l.MailDir)
	b.WriteString("\nStop with Ctrl-C. The next demo goes on where this one stops; --fresh starts over.\n")
	return b.String()
}
