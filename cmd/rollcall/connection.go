package main

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"rollcall/cmd/internal/fetch"
	"rollcall/models"
	"rollcall/saml"
	"rollcall/views"
)

type connectionCreateCmd struct {
	Org               string `required:"" help:"Id or slug of the organization."`
	Metadata          string `required:"" placeholder:"FILE|URL" help:"The identity provider's metadata."`
	IDP               string `name:"idp" placeholder:"okta" help:"Which provider it is, as its guide is called."`
	AllowIDPInitiated bool   `name:"allow-idp-initiated" help:"Sign-ins may begin at the identity provider."`
	Activate          bool   `help:"Switch it on without a test sign-in."`
}

// connectionView is what the identity provider's admin needs.
type connectionView struct {
	ID          string `json:"id"`
	ACSURL      string `json:"acs_url"`
	EntityID    string `json:"entity_id"`
	MetadataURL string `json:"metadata_url"`
	StartURL    string `json:"start_url"`
}

// checkIDP refuses a provider that has no guide; "" is none.
func checkIDP(slug string) error {
	if slug == "" || views.GuideBySlug(slug) != nil {
		return nil
	}
	var known []string
	for _, g := range views.Guides() {
		known = append(known, g.Slug)
	}
	return usageError("--idp " + slug + " is no provider with a guide; it can be " + strings.Join(known, ", "))
}

func (cc *connectionCreateCmd) Run(a *app) error {
	if err := checkIDP(cc.IDP); err != nil {
		return err
	}
	c, err := LoadConfig(a.getenv)
	if err != nil {
		return err
	}
	data, err := cc.providerData(a.ctx, c)
	if err != nil {
		return err
	}
	var v connectionView
	err = a.update(func(c *Config, tx *models.Tx) error {
		_, in, err := inOrg(tx, cc.Org)
		if err != nil {
			return err
		}
		con, err := models.SetUpConnection(in, models.ConnectionSetUp{
			IDP: cc.IDP, Data: data, IDPInitiated: cc.AllowIDPInitiated, Activate: cc.Activate,
		})
		if err != nil {
			return err
		}
		v = c.viewConnection(con)
		return nil
	})
	if err != nil {
		return err
	}
	return a.print(v, fmt.Sprintf("Made the connection %s.\n  ACS URL       %s\n  Entity ID     %s\n  Metadata URL  %s\n  Start URL     %s",
		v.ID, v.ACSURL, v.EntityID, v.MetadataURL, v.StartURL))
}

func (c *Config) viewConnection(con *models.Connection) connectionView {
	at := c.BaseURL + "/saml/" + con.ID
	return connectionView{ID: con.ID, ACSURL: at + "/acs", EntityID: at + "/metadata", MetadataURL: at + "/metadata", StartURL: at + "/start"}
}

// providerData reads the metadata from the file or address.
func (cc *connectionCreateCmd) providerData(ctx context.Context, c *Config) (models.ProviderData, error) {
	var data models.ProviderData
	raw, err := readMetadata(ctx, c, cc.Metadata)
	if err != nil {
		return data, err
	}
	data, err = parseMetadata(c, raw)
	if isURL(cc.Metadata) {
		data.MetadataURL = cc.Metadata
	}
	return data, err
}

func isURL(s string) bool { return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") }

func readMetadata(ctx context.Context, c *Config, from string) ([]byte, error) {
	if isURL(from) {
		raw, err := c.fetch()(ctx, from)
		var fe *fetch.Error
		if errors.As(err, &fe) {
			err = errors.New(fe.Sentence())
		}
		return raw, err
	}
	f, err := os.Open(from)
	if err != nil {
		return nil, fmt.Errorf("the metadata file %s cannot be read: %s", from, fileCause(err))
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, saml.MaxMetadata+1))
	if err != nil {
		return nil, fmt.Errorf("the metadata file %s cannot be read: %s", from, fileCause(err))
	}
	return raw, nil
}

func parseMetadata(c *Config, raw []byte) (models.ProviderData, error) {
	found, err := c.parseProviders(raw, time.Now())
	if err != nil {
		return models.ProviderData{}, err
	}
	if len(found) != 1 {
		return models.ProviderData{}, fmt.Errorf("the metadata describes %d identity providers; give a document with one", len(found))
	}
	return found[0], nil
}

// parseProviders reads the identity providers of a metadata document; its errors are sentences.
func (c *Config) parseProviders(raw []byte, now time.Time) (out []models.ProviderData, err error) {
	found, err := saml.ParseMetadata(raw, now, saml.MetadataOptions{AllowHTTP: c.AllowPrivateIDP, OwnEntityPrefix: c.BaseURL + "/saml/"})
	var se *saml.Error
	if errors.As(err, &se) {
		return nil, errors.New(se.Sentence(saml.Labels{}))
	}
	for _, idp := range found {
		var certificates strings.Builder
		for _, cert := range idp.Certificates {
			if err := pem.Encode(&certificates, &pem.Block{Type: "CERTIFICATE", Bytes: cert.X509.Raw}); err != nil {
				return nil, err
			}
		}
		out = append(out, models.ProviderData{
			EntityID: idp.EntityID, SSOURL: idp.SSOURL, SSOBinding: string(idp.SSOBinding), Certificates: certificates.String(),
			SignRequests: idp.WantSignedRequests, ReadAgain: idp.ReadAgain(now),
		})
	}
	return out, err
}

// providersAt is what the worker reads metadata with, every day.
func (c *Config) providersAt(now func() time.Time) func(context.Context, string) ([]models.ProviderData, error) {
	return func(ctx context.Context, address string) ([]models.ProviderData, error) {
		raw, err := readMetadata(ctx, c, address)
		if err != nil {
			return nil, err
		}
		return c.parseProviders(raw, now())
	}
}

// fetch gets metadata from addresses; private ones only where the settings allow it.
func (c *Config) fetch() func(context.Context, string) ([]byte, error) {
	return fetch.New(fetch.Options{AllowPrivate: c.AllowPrivateIDP}).Fetch
}
