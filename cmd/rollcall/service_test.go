package main

import (
	"bytes"
	"context"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"rollcall/models"
)

// service is the program on a database of its own. It is on localhost and the identity providers are on 127.0.0.1, so
// that SameSite behaves as in life: ports make no sites.
type service struct {
	t    *testing.T
	env  []string
	base string
	said bytes.Buffer // the server's log
}

func startService(t *testing.T) *service {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := &service{t: t, base: "http://localhost:" + port}
	s.env = []string{
		"ROLLCALL_DATABASE_URL=sqlite:" + filepath.Join(dir, "service.db"), "ROLLCALL_LISTEN=localhost:" + port, "ROLLCALL_BASE_URL=" + s.base,
		"ROLLCALL_MAIL_URL=file:" + filepath.Join(dir, "mail"),
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan int, 1)
	go func() { done <- run(ctx, []string{"serve"}, s.env, strings.NewReader(""), &bytes.Buffer{}, &s.said) }()
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != 0 {
			t.Errorf("the server ended with %d: %s", code, s.said.String())
		}
	})
	waitReady(t, s.base)
	return s
}

// command runs a command beside the server, on the same database, and decodes what it prints.
func (s *service) command(t *testing.T, result any, args ...string) {
	t.Helper()
	var out, said bytes.Buffer
	if code := run(context.Background(), append(args, "--json"), s.env, strings.NewReader(""), &out, &said); code != 0 {
		t.Fatalf("%v: exit %d: %s", args, code, said.String())
	}
	if err := json.Unmarshal(out.Bytes(), result); err != nil {
		t.Fatal(err)
	}
}

// update changes what no command does, inside an organization.
func (s *service) update(t *testing.T, org string, fn func(tx *models.Tx, c *models.Connection) error) {
	t.Helper()
	a := &app{ctx: context.Background(), getenv: lookup(s.env)}
	err := a.update(func(_ *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, org)
		if err != nil {
			return err
		}
		c, err := models.OrganizationConnection(in)
		if err != nil {
			return err
		}
		return fn(in, c)
	})
	if err != nil {
		t.Fatal(err)
	}
}
