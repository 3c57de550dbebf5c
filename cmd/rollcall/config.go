package main

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"strings"
)

// Payment choices of ROLLCALL_PAYMENT.
const (
	paymentNone    = "none"
	paymentSandbox = "sandbox"
	paymentStripe  = "stripe"
)

// Config is what the ROLLCALL_* variables say, with the defaults filled in. Every secret can come from a file instead:
// ROLLCALL_SECRET_KEY_FILE names one that holds the secret key.
type Config struct {
	DatabaseURL         string
	Listen              string
	BaseURL             string // scheme and host, no path, no slash at the end
	SecretKey           string // base64 of 32 bytes, or a comma list; "" until keyring() makes one
	MailURL             string // smtp://…, smtps://… or file:DIR; "" when it must be set and is not
	MailFrom            string
	Payment             string // "" when it must be set and is not
	StripeSecretKey     string
	StripeWebhookSecret string
	StripeAPIURL        string
	RateLimits          bool
	AllowPrivateIDP     bool
	TrustedProxies      []netip.Prefix
	OpsListen           string
	Migrate             bool
	ProductName         string
	SupportEmail        string

	baseURLSet bool // the base URL was given, and does not follow the listen address
}

// setting ties a variable to the field that it sets.
type setting struct {
	name   string // without ROLLCALL_
	secret bool   // has a _FILE twin and is not printed
	set    func(*Config, string) error
	get    func(*Config) string
}

// text is a setting that is taken as it is.
func text(name string, secret bool, field func(*Config) *string) setting {
	return setting{name, secret,
		func(c *Config, v string) error { *field(c) = v; return nil },
		func(c *Config) string { return *field(c) }}
}

// onOff is a setting that is on or off.
func onOff(name string, field func(*Config) *bool) setting {
	return setting{name, false,
		func(c *Config, v string) error {
			if v != "on" && v != "off" {
				return fmt.Errorf("is “%s”; it can be on or off", v)
			}
			*field(c) = v == "on"
			return nil
		},
		func(c *Config) string {
			if *field(c) {
				return "on"
			}
			return "off"
		}}
}

// settings are all variables, in the order in which they are documented and printed.
var settings = []setting{
	text("DATABASE_URL", true, func(c *Config) *string { return &c.DatabaseURL }),
	{"LISTEN", false, setListen, func(c *Config) string { return c.Listen }},
	{"BASE_URL", false, setBaseURL, func(c *Config) string { return c.BaseURL }},
	{"SECRET_KEY", true, setSecretKey, func(c *Config) string { return c.SecretKey }},
	{"MAIL_URL", true, setMailURL, func(c *Config) string { return c.MailURL }},
	{"MAIL_FROM", false, setMailFrom, func(c *Config) string { return c.MailFrom }},
	{"PAYMENT", false, setPayment, func(c *Config) string { return c.Payment }},
	text("STRIPE_SECRET_KEY", true, func(c *Config) *string { return &c.StripeSecretKey }),
	text("STRIPE_WEBHOOK_SECRET", true, func(c *Config) *string { return &c.StripeWebhookSecret }),
	{"STRIPE_API_URL", false, setStripeAPIURL, func(c *Config) string { return c.StripeAPIURL }},
	onOff("RATE_LIMITS", func(c *Config) *bool { return &c.RateLimits }),
	onOff("ALLOW_PRIVATE_IDP", func(c *Config) *bool { return &c.AllowPrivateIDP }),
	{"TRUSTED_PROXIES", false, setTrustedProxies, proxiesText},
	{"OPS_LISTEN", false, setOpsListen, func(c *Config) string { return c.OpsListen }},
	onOff("MIGRATE", func(c *Config) *bool { return &c.Migrate }),
	text("PRODUCT_NAME", false, func(c *Config) *string { return &c.ProductName }),
	{"SUPPORT_EMAIL", false, setSupportEmail, func(c *Config) string { return c.SupportEmail }},
}

// LoadConfig reads the settings through getenv. Its error names every variable that is wrong and what it can be.
func LoadConfig(getenv func(string) string) (*Config, error) {
	c := &Config{DatabaseURL: "sqlite:rollcall.db", Listen: "127.0.0.1:8080", RateLimits: true, Migrate: true, ProductName: "Rollcall"}
	var errs []error
	given := map[string]bool{}
	for _, s := range settings {
		name := "ROLLCALL_" + s.name
		value, err := read(getenv, name, s.secret)
		if err == nil && value != "" {
			given[s.name] = true
			err = s.set(c, value)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %w", name, err))
		}
	}
	c.baseURLSet = given["BASE_URL"]
	c.fill(given["ALLOW_PRIVATE_IDP"])
	return c, errors.Join(errs...)
}

// read is the value of a variable or, for a secret, what the file says that its twin names.
func read(getenv func(string) string, name string, secret bool) (string, error) {
	value, file := strings.TrimSpace(getenv(name)), strings.TrimSpace(getenv(name+"_FILE"))
	if !secret || file == "" {
		return value, nil
	}
	if value != "" {
		return "", fmt.Errorf("and %s_FILE are both set; keep one of them", name)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("cannot be read from the file that %s_FILE names: %s", name, fileCause(err))
	}
	if value = strings.TrimSpace(string(b)); value == "" {
		return "", fmt.Errorf("comes from %s_FILE, but that file is empty", name)
	}
	return value, nil
}

func fileCause(err error) string {
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, os.ErrPermission):
		return "this user may not read it"
	}
	return "it is not a readable file"
}

// fill sets the defaults that hang on other settings: on a loopback base URL everything works at once, on any other
// nothing is assumed (SPEC C).
func (c *Config) fill(privateSet bool) {
	if !c.baseURLSet {
		c.BaseURL = "http://" + c.Listen
	}
	if c.Loopback() {
		c.MailURL = orElse(c.MailURL, "file:mail")
		c.Payment = orElse(c.Payment, paymentSandbox)
		if !privateSet {
			c.AllowPrivateIDP = true
		}
	}
	if c.MailFrom == "" {
		c.MailFrom = (&mail.Address{Name: c.ProductName, Address: "no-reply@" + c.mailHost()}).String()
	}
}

func (c *Config) host() string {
	u, err := url.Parse(c.BaseURL)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func (c *Config) mailHost() string {
	if h := c.host(); strings.Contains(h, ".") && net.ParseIP(h) == nil {
		return h
	}
	return "localhost"
}

// Loopback tells whether only this machine can reach the base URL.
func (c *Config) Loopback() bool {
	h := c.host()
	ip := net.ParseIP(h)
	return h == "localhost" || strings.HasSuffix(h, ".localhost") || ip != nil && ip.IsLoopback()
}

// CheckServe tells what serve lacks: with a base URL that others can reach, mail, secret key and payment have no
// default (SPEC C).
func (c *Config) CheckServe() error {
	if c.Payment == paymentStripe && (c.StripeSecretKey == "" || c.StripeWebhookSecret == "") {
		return errors.New("ROLLCALL_PAYMENT=stripe needs ROLLCALL_STRIPE_SECRET_KEY and ROLLCALL_STRIPE_WEBHOOK_SECRET; both are in Stripe’s dashboard, below Developers")
	}
	if c.Loopback() {
		return nil
	}
	var missing []string
	for name, value := range map[string]string{"MAIL_URL": c.MailURL, "SECRET_KEY": c.SecretKey, "PAYMENT": c.Payment} {
		if value == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return missingError(c, missing)
}

func orElse(value, other string) string {
	if value == "" {
		return other
	}
	return value
}
