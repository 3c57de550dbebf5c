package models

import (
	"context"
	"errors"
	"github.com/alexedwards/argon2id"
	"strings"
	"testing"
	"time"
)

func public(orgID string) Actor { return Actor{Kind: ActorPublic, OrgID: orgID} }

// do runs fn as nobody inside an organization and fails the test on an error.
func do(t *testing.T, db *DB, orgID string, fn func(*Tx) error) {
	t.Helper()
	if err := db.Update(context.Background(), public(orgID), fn); err != nil {
		t.Fatal(err)
	}
}

func TestPasswords(t *testing.T) {
	for password, fault := range map[string]string{
		"":                        "at least 10",
		"short":                   "at least 10",
		"jo@acme.example":         "too easy",
		"aaaaaaaaaaaa":            "too easy",
		strings.Repeat("ab", 200): "at most 256",
		"a few words of mine":     "",
		"пароль из слов":          "",
	} {
		hash, err := HashPassword(password, "jo@acme.example")
		if fault == "" {
			if err != nil || !PasswordMatches(hash, password) || PasswordMatches(hash, password+"x") {
				t.Errorf("%q: %v", password, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), fault) {
			t.Errorf("%q: %v, want %q", password, err, fault)
		}
	}
	if PasswordMatches("", "") || PasswordMatches("", "nobody's password") || PasswordMatches("rubbish", "x") {
		t.Error("an account without a password lets somebody in")
	}
}

// TestUnknownAccountCostsTheSame: what stands in for an account without a password is a real hash of the same cost, so
// that the comparison runs it and takes as long.
func TestUnknownAccountCostsTheSame(t *testing.T) {
	hash, err := HashPassword("a few words of mine", "jo@acme.example")
	if err != nil {
		t.Fatal(err)
	}
	known, _, _, err := argon2id.DecodeHash(hash)
	if err != nil {
		t.Fatal(err)
	}
	stand, _, _, err := argon2id.DecodeHash(nobodysHash)
	if err != nil || *stand != *known {
		t.Errorf("the stand-in costs %+v, a hash %+v (%v)", stand, known, err)
	}
}

func TestSignUp(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		do(t, db, "", func(tx *Tx) error {
			return CreateSignUp(tx, SignUp{Organization: "Acme & Sons", Name: "Jo Ann Miller", Email: "Jo@Acme.com", PasswordHash: "h"})
		})
		do(t, db, "", func(tx *Tx) error {
			a, err := FindAccountByEmail(tx, "jo@acme.com")
			if err != nil {
				return err
			}
			m, err := MembershipsOf(tx, a.ID)
			if err != nil || len(m) != 1 {
				t.Fatalf("%d memberships, %v", len(m), err)
			}
			if m[0].Role != RoleAdmin || m[0].Status != MemberActive || m[0].FirstName != "Jo" || m[0].LastName != "Ann Miller" {
				t.Errorf("%+v", m[0])
			}
			o, err := FindOrganization(tx.In(m[0].OrganizationID))
			if err != nil || o.Slug != "acme-sons" || o.SSOBought || o.SCIMBought || !o.AllPlans {
				t.Errorf("%+v %v", o, err)
			}
			return nil
		})
		// A taken address makes nothing, and its owner is told.
		do(t, db, "", func(tx *Tx) error {
			return CreateSignUp(tx, SignUp{Organization: "Evil", Name: "Eve", Email: "jo@ACME.com", PasswordHash: "other"})
		})
		do(t, db, "", func(tx *Tx) error {
			var orgs, told int64
			a, err := FindAccountByEmail(tx, "jo@acme.com")
			if err != nil || a.PasswordHash != "h" {
				t.Errorf("the password is %q, %v", a.PasswordHash, err)
			}
			tx.g.Model(&Organization{}).Count(&orgs)
			tx.allOrgs().Model(&Outbox{}).Where("kind = ?", "mail.account_exists").Count(&told)
			if orgs != 1 || told != 1 {
				t.Errorf("%d organizations, %d mails", orgs, told)
			}
			return nil
		})
	})
}

// TestStrangersPassword: a password set before the address was proved is dropped when its owner comes by mail.
func TestStrangersPassword(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		do(t, db, "", func(tx *Tx) error {
			return CreateSignUp(tx, SignUp{Name: "Eve", Email: "victim@acme.com", PasswordHash: "eve's"})
		})
		do(t, db, "", func(tx *Tx) error {
			a, err := FindAccountByEmail(tx, "victim@acme.com")
			if err != nil {
				return err
			}
			token := tx.NewToken()
			row := &AccountToken{Digest: Digest(token), AccountID: a.ID, Kind: TokenSignIn, CreatedAt: tx.Now, ExpiresAt: tx.Now.Add(time.Minute)}
			if err := tx.g.Create(row).Error; err != nil {
				return err
			}
			if a, err = UseAccountToken(tx, TokenSignIn, token); err != nil {
				return err
			}
			if a.PasswordHash != "" || a.EmailProvedAt == nil {
				t.Errorf("%+v", a)
			}
			if _, err := UseAccountToken(tx, TokenSignIn, token); CodeOf(err) != Gone {
				t.Errorf("used twice: %v", err)
			}
			return nil
		})
	})
}

func asError(err error, to **Error) bool { return errors.As(err, to) }
