package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rollcall/models"
)

func load(t *testing.T, env ...string) (*Config, error) {
	t.Helper()
	return LoadConfig(lookup(env))
}

// TestConfigVariables sets each variable once and looks at its field.
func TestConfigVariables(t *testing.T) {
	key := models.NewSecretKey()
	for _, tc := range []struct {
		name, value string
		get         func(*Config) any
		want        any
	}{
		{"DATABASE_URL", "postgres://u:p@db/rollcall", func(c *Config) any { return c.DatabaseURL }, "postgres://u:p@db/rollcall"},
		{"LISTEN", "0.0.0.0:9000", func(c *Config) any { return c.Listen + " " + c.BaseURL }, "0.0.0.0:9000 http://0.0.0.0:9000"},
		{"LISTEN", "[::1]:9000", func(c *Config) any { return c.BaseURL }, "http://[::1]:9000"},
		{"BASE_URL", "https://Rollcall.example.com/", func(c *Config) any { return c.BaseURL }, "https://rollcall.example.com"},
		{"SECRET_KEY", key, func(c *Config) any { return c.SecretKey }, key},
		{"SECRET_KEY", key + "," + key, func(c *Config) any { return c.SecretKey }, key + "," + key},
		{"MAIL_URL", "smtp://u:p@mail:587", func(c *Config) any { return c.MailURL }, "smtp://u:p@mail:587"},
		{"MAIL_FROM", "Acme <no-reply@acme.com>", func(c *Config) any { return c.MailFrom }, "Acme <no-reply@acme.com>"},
		{"PAYMENT", "none", func(c *Config) any { return c.Payment }, "none"},
		{"STRIPE_SECRET_KEY", "sk_1", func(c *Config) any { return c.StripeSecretKey }, "sk_1"},
		{"STRIPE_WEBHOOK_SECRET", "wh_1", func(c *Config) any { return c.StripeWebhookSecret }, "wh_1"},
		{"STRIPE_API_URL", "http://127.0.0.1:12111", func(c *Config) any { return c.StripeAPIURL }, "http://127.0.0.1:12111"},
		{"RATE_LIMITS", "off", func(c *Config) any { return c.RateLimits }, false},
		{"ALLOW_PRIVATE_IDP", "off", func(c *Config) any { return c.AllowPrivateIDP }, false},
		{"TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8", func(c *Config) any { return proxiesText(c) }, "10.0.0.0/8,fd00::/8"},
		{"OPS_LISTEN", "127.0.0.1:9100", func(c *Config) any { return c.OpsListen }, "127.0.0.1:9100"},
		{"MIGRATE", "off", func(c *Config) any { return c.Migrate }, false},
		{"PRODUCT_NAME", "Sheets", func(c *Config) any { return c.ProductName + " " + c.MailFrom }, `Sheets "Sheets" <no-reply@localhost>`},
		{"SUPPORT_EMAIL", "help@example.com", func(c *Config) any { return c.SupportEmail }, "help@example.com"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := load(t, "ROLLCALL_"+tc.name+"="+tc.value)
			if err != nil {
				t.Fatal(err)
			}
			if got := tc.get(c); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// TestConfigErrors gives each variable a value that is wrong; the error names the variable and what it can be.
func TestConfigErrors(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct{ name, value, want string }{
		{"LISTEN", "8080", "127.0.0.1:8080"},
		{"LISTEN", "127.0.0.1:http", "127.0.0.1:8080"},
		{"OPS_LISTEN", "nowhere", "127.0.0.1:8080"},
		{"BASE_URL", "rollcall.example.com", "http:// or https://"},
		{"BASE_URL", "https://example.com/rollcall", "without a path"},
		{"BASE_URL", "https://u:p@example.com", "http:// or https://"},
		{"SECRET_KEY", "c2hvcnQ=", "openssl rand -base64 32"},
		{"MAIL_URL", "mail.example.com", "smtp://"},
		{"MAIL_URL", "file:", "file:DIR"},
		{"MAIL_FROM", "nobody", "address"},
		{"PAYMENT", "paypal", "none, sandbox or stripe"},
		{"STRIPE_API_URL", "stripe", "http:// or https://"},
		{"RATE_LIMITS", "yes", "on or off"},
		{"ALLOW_PRIVATE_IDP", "1", "on or off"},
		{"MIGRATE", "never", "on or off"},
		{"TRUSTED_PROXIES", "10.0.0.1", "10.0.0.0/8"},
		{"SUPPORT_EMAIL", "help", "e-mail address"},
		{"SECRET_KEY_FILE", filepath.Join(t.TempDir(), "none"), "no such file"},
		{"SECRET_KEY_FILE", empty, "empty"},
		{"SECRET_KEY_FILE", t.TempDir(), "not a readable file"},
	} {
		t.Run(tc.name+"="+tc.value, func(t *testing.T) {
			_, err := load(t, "ROLLCALL_"+tc.name+"="+tc.value)
			if err == nil || !strings.Contains(err.Error(), "ROLLCALL_"+strings.TrimSuffix(tc.name, "_FILE")) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want one that names the variable and says %q", err, tc.want)
			}
		})
	}
	_, err := load(t, "ROLLCALL_PAYMENT=paypal", "ROLLCALL_MIGRATE=never")
	if err == nil || !strings.Contains(err.Error(), "PAYMENT") || !strings.Contains(err.Error(), "MIGRATE") {
		t.Errorf("two mistakes are told at once, but the error is %v", err)
	}
}

func TestConfigSecretFromFile(t *testing.T) {
	for _, s := range settings {
		file := filepath.Join(t.TempDir(), "secret")
		value := map[string]string{"SECRET_KEY": models.NewSecretKey(), "MAIL_URL": "smtp://u:p@mail"}[s.name]
		if value == "" {
			value = "postgres://u:p@db/x"
		}
		if err := os.WriteFile(file, []byte(value+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := load(t, "ROLLCALL_"+s.name+"_FILE="+file)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.get(c); s.secret != (got == value) {
			t.Errorf("%s from a file: %q", s.name, got)
		}
		_, err = load(t, "ROLLCALL_"+s.name+"_FILE="+file, "ROLLCALL_"+s.name+"="+value)
		if s.secret && (err == nil || !strings.Contains(err.Error(), "both")) {
			t.Errorf("%s and its file at once: %v", s.name, err)
		}
	}
}

// TestConfigServe: on loopback nothing need be set; on any other base URL mail, secret key and payment must be.
func TestConfigServe(t *testing.T) {
	key := "ROLLCALL_SECRET_KEY=" + models.NewSecretKey()
	const public, mail, payment = "ROLLCALL_BASE_URL=https://rollcall.example.com", "ROLLCALL_MAIL_URL=smtp://mail", "ROLLCALL_PAYMENT=none"
	for _, tc := range []struct {
		name string
		env  []string
		want string // in the error; empty for none
	}{
		{"nothing set", nil, ""},
		{"localhost", []string{"ROLLCALL_BASE_URL=http://localhost:80"}, ""},
		{"IPv6 loopback", []string{"ROLLCALL_LISTEN=[::1]:80"}, ""},
		{"public, all set", []string{public, key, mail, payment}, ""},
		{"public, nothing set", []string{public}, "ROLLCALL_MAIL_URL, ROLLCALL_PAYMENT, ROLLCALL_SECRET_KEY"},
		{"public without mail", []string{public, key, payment}, "must be set: ROLLCALL_MAIL_URL."},
		{"public without key", []string{public, mail, payment}, "must be set: ROLLCALL_SECRET_KEY."},
		{"public without payment", []string{public, key, mail}, "must be set: ROLLCALL_PAYMENT."},
		{"every address without a base URL", []string{"ROLLCALL_LISTEN=:8080"}, "set ROLLCALL_BASE_URL"},
		{"stripe", []string{"ROLLCALL_PAYMENT=stripe"}, "needs ROLLCALL_STRIPE_SECRET_KEY and ROLLCALL_STRIPE_WEBHOOK_SECRET"},
		{"stripe without events", []string{"ROLLCALL_PAYMENT=stripe", "ROLLCALL_STRIPE_SECRET_KEY=sk"}, "needs ROLLCALL_STRIPE_SECRET_KEY and ROLLCALL_STRIPE_WEBHOOK_SECRET"},
		{"public stripe", []string{public, key, mail, "ROLLCALL_PAYMENT=stripe", "ROLLCALL_STRIPE_SECRET_KEY=sk", "ROLLCALL_STRIPE_WEBHOOK_SECRET=wh"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, err := load(t, tc.env...)
			if err != nil {
				t.Fatal(err)
			}
			err = c.CheckServe()
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("error %v, want %q", err, tc.want)
			}
		})
	}
}

func TestConfigLoopbackDefaults(t *testing.T) {
	c, err := load(t)
	if err != nil {
		t.Fatal(err)
	}
	if c.MailURL != "file:mail" || c.Payment != paymentSandbox || !c.AllowPrivateIDP || c.BaseURL != "http://127.0.0.1:8080" || c.DatabaseURL != "sqlite:rollcall.db" {
		t.Errorf("on loopback: %+v", c)
	}
	c, err = load(t, "ROLLCALL_BASE_URL=https://rollcall.example.com")
	if err != nil {
		t.Fatal(err)
	}
	if c.MailURL != "" || c.Payment != "" || c.AllowPrivateIDP || !strings.Contains(c.MailFrom, "no-reply@rollcall.example.com") {
		t.Errorf("elsewhere: %+v", c)
	}
}

// TestConfigLines: what is logged names every variable and no secret.
func TestConfigLines(t *testing.T) {
	secrets := []string{models.NewSecretKey(), "dbpass", "mailpass", "sk_live", "wh_live"}
	c, err := load(t, "ROLLCALL_SECRET_KEY="+secrets[0], "ROLLCALL_DATABASE_URL=postgres://u:dbpass@h/d", "ROLLCALL_MAIL_URL=smtp://u:mailpass@h",
		"ROLLCALL_STRIPE_SECRET_KEY=sk_live", "ROLLCALL_STRIPE_WEBHOOK_SECRET=wh_live", "ROLLCALL_PRODUCT_NAME=Sheets")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(c.Lines(), "\n")
	for _, s := range secrets {
		if strings.Contains(text, s) {
			t.Errorf("the lines hold the secret %q:\n%s", s, text)
		}
	}
	for _, s := range settings {
		if !strings.Contains(text, "ROLLCALL_"+s.name+"=") {
			t.Errorf("the lines lack %s:\n%s", s.name, text)
		}
	}
	if !strings.Contains(text, "ROLLCALL_PRODUCT_NAME=Sheets") {
		t.Errorf("the lines hide what is no secret:\n%s", text)
	}
}

func TestKeptKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data", "r.db")
	first, err := load(t, "ROLLCALL_DATABASE_URL=sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.keyring(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path + ".key")
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key's file: %v, %v", info, err)
	}
	second, _ := load(t, "ROLLCALL_DATABASE_URL=sqlite:"+path)
	if _, err := second.keyring(); err != nil || second.SecretKey != first.SecretKey {
		t.Errorf("the next command has another key (%v)", err)
	}
	if err := os.WriteFile(path+".key", []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	third, _ := load(t, "ROLLCALL_DATABASE_URL=sqlite:"+path)
	if _, err := third.keyring(); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged key: %v", err)
	}
	public, _ := load(t, "ROLLCALL_BASE_URL=https://rollcall.example.com", "ROLLCALL_DATABASE_URL=sqlite:"+path)
	if _, err := public.keyring(); err == nil || !strings.Contains(err.Error(), "ROLLCALL_SECRET_KEY") {
		t.Errorf("elsewhere no key is made: %v", err)
	}
}

// TestKeptKeyTogether: programs that start at once must end up with one key.
func TestKeptKeyTogether(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r.db.key")
	keys := make(chan string, 8)
	for range cap(keys) {
		go func() {
			key, err := keptKey(file)
			if err != nil {
				key = err.Error()
			}
			keys <- key
		}()
	}
	first := <-keys
	for range cap(keys) - 1 {
		if key := <-keys; key != first {
			t.Errorf("%q and %q", first, key)
		}
	}
}
