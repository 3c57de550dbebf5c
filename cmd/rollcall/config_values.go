package main

import (
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rollcall/models"
)

func setListen(c *Config, v string) error {
	c.Listen = v
	return checkAddress(v)
}

func setOpsListen(c *Config, v string) error {
	c.OpsListen = v
	return checkAddress(v)
}

func checkAddress(v string) error {
	_, port, err := net.SplitHostPort(v)
	if n, perr := strconv.Atoi(port); err != nil || perr != nil || n < 0 || n > 65535 {
		return fmt.Errorf("is “%s”; write an address and a port, like 127.0.0.1:8080", v)
	}
	return nil
}

func setBaseURL(c *Config, v string) error {
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return errors.New("must be http:// or https:// and a host, without a path, like https://rollcall.example.com")
	}
	c.BaseURL = u.Scheme + "://" + strings.ToLower(u.Host)
	return nil
}

func setSecretKey(c *Config, v string) error {
	c.SecretKey = v
	if _, err := models.ParseKeyring(v); err != nil {
		return errors.New("must be the base64 form of 32 bytes, or a comma list of such keys; make one with: openssl rand -base64 32")
	}
	return nil
}

func setMailURL(c *Config, v string) error {
	c.MailURL = v
	if dir, found := strings.CutPrefix(v, "file:"); found && dir != "" {
		return nil
	}
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		// The value may hold a password, so it is not repeated.
		return errors.New("must be smtp://user:password@host:port, smtps://… or file:DIR")
	}
	return nil
}

func setMailFrom(c *Config, v string) error {
	c.MailFrom = v
	if _, err := mail.ParseAddress(v); err != nil {
		return fmt.Errorf("is “%s”; write an address, like Rollcall <no-reply@example.com>", v)
	}
	return nil
}

func setSupportEmail(c *Config, v string) error {
	c.SupportEmail = v
	if _, _, err := models.ParseEmail(v); err != nil {
		return fmt.Errorf("is “%s”; write an e-mail address, like help@example.com", v)
	}
	return nil
}

func setPayment(c *Config, v string) error {
	c.Payment = v
	if !slices.Contains([]string{paymentNone, paymentSandbox, paymentStripe}, v) {
		return fmt.Errorf("is “%s”; it can be none, sandbox or stripe", v)
	}
	return nil
}

func setStripeAPIURL(c *Config, v string) error {
	c.StripeAPIURL = strings.TrimSuffix(v, "/")
	u, err := url.Parse(v)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery != "" {
		return errors.New("must be http:// or https:// and a host; leave it out for Stripe itself")
	}
	return nil
}

func setTrustedProxies(c *Config, v string) error {
	for word := range strings.SplitSeq(v, ",") {
		p, err := netip.ParsePrefix(strings.TrimSpace(word))
		if err != nil {
			return fmt.Errorf("names “%s”; write address ranges like 10.0.0.0/8, with commas between them", strings.TrimSpace(word))
		}
		c.TrustedProxies = append(c.TrustedProxies, p)
	}
	return nil
}

func proxiesText(c *Config) string {
	var words []string
	for _, p := range c.TrustedProxies {
		words = append(words, p.String())
	}
	return strings.Join(words, ",")
}

func missingError(c *Config, missing []string) error {
	slices.Sort(missing)
	for i, name := range missing {
		missing[i] = "ROLLCALL_" + name
	}
	message := fmt.Sprintf("%s is reachable from other machines, so these must be set: %s.", c.BaseURL, strings.Join(missing, ", "))
	if !c.baseURLSet {
		message += " If only this machine shall reach it, let ROLLCALL_LISTEN name 127.0.0.1; else set ROLLCALL_BASE_URL to the address that people use."
	}
	return errors.New(message)
}

// Lines are the settings in force as NAME=value, one per variable; a secret that is set shows as “(set)”, so that they
// may be logged.
func (c *Config) Lines() []string {
	var out []string
	for _, s := range settings {
		value := s.get(c)
		if s.secret && value != "" && !plainURL(value) {
			value = "(set)"
		}
		out = append(out, "ROLLCALL_"+s.name+"="+value)
	}
	return out
}

// plainURL tells a URL that holds no secret: a file of this machine.
func plainURL(v string) bool { return strings.HasPrefix(v, "sqlite:") || strings.HasPrefix(v, "file:") }
