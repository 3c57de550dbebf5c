package models

import (
	"encoding/json"
	"time"

	"gorm.io/gorm"
)

// Finished is how the way through the finishing page ended.
type Finished struct {
	SignIn  *SignIn
	Refusal *Refusal // nil: let in, or a test that passed
	Member  *Member  // nil for a test
	Token   string   // of the new session; "" for a test
	Path    string   // where to go on
}

// FinishSignIn opens the ticket for its browser and ends the sign-in: the member is found or made and gets a fresh
// session bound to this member and connection (SPEC S7), or the test is noted as passed. A Refusal is in the answer, not
// an error, and must be committed: it is in the log. tx is inside the ticket's organization.
func FinishSignIn(tx *Tx, t *FinishTicket, browser, userAgent string) (*Finished, error) {
	s, err := FindSignIn(tx, t.SignInID)
	if err != nil {
		return nil, err
	}
	f := &Finished{SignIn: s, Path: t.ReturnPath}
	c, err := ConnectionByID(tx, t.ConnectionID)
	if err != nil {
		return nil, err
	}
	text, err := UseTicket(tx, t, browser)
	if err == nil && s.Kind == AttemptTest {
		err = f.passTest(tx, c)
	} else if err == nil {
		err = f.letIn(tx, c, text, userAgent)
	}
	if why, ok := AsRefusal(err); ok {
		return f, f.refuse(tx, c, why)
	}
	return f, err
}

// refuse logs a refusal. One about the ticket alone is a row of its own: the sign-in itself may still finish.
func (f *Finished) refuse(tx *Tx, c *Connection, why *Refusal) (err error) {
	f.Refusal = why
	if why.Reason == ReasonBrowser {
		f.SignIn, err = insertSignIn(tx, c, &SignIn{Kind: f.SignIn.Kind, AttemptID: f.SignIn.AttemptID, Outcome: SignInStarted})
		if err != nil {
			return err
		}
	}
	return f.SignIn.fail(tx, why, "")
}

func (f *Finished) passTest(tx *Tx, c *Connection) error {
	var a LoginAttempt
	if err := tx.org().First(&a, "id = ?", f.SignIn.AttemptID).Error; err != nil {
		return err
	}
	err := markTested(tx, c, a.SettingsID, a.ExpectedDigest)
	if CodeOf(err) == Conflict {
		return &Refusal{Reason: ReasonChanged}
	}
	if err != nil {
		return err
	}
	f.SignIn.Outcome, f.SignIn.FinishedAt = SignInTestPassed, &tx.Now
	if err := f.SignIn.save(tx); err != nil {
		return err
	}
	return tx.Record("connection.test_passed", c.ID, nil)
}

func (f *Finished) letIn(tx *Tx, c *Connection, identity, userAgent string) error {
	if c.State != Active {
		return &Refusal{Reason: ReasonOff}
	}
	var p Person
	if err := json.Unmarshal([]byte(identity), &p); err != nil {
		return err
	}
	var m *Member
	err := tx.attempt(func(tx *Tx) (err error) { m, err = ResolveMember(tx, c, p); return err })
	if err != nil {
		return err
	}
	if f.Token, err = ssoSession(tx, c, m, p.Until, userAgent); err != nil {
		return err
	}
	f.Member = m
	f.SignIn.Outcome, f.SignIn.PersonID, f.SignIn.FinishedAt = SignInSucceeded, m.ID, &tx.Now
	if err := f.SignIn.save(tx); err != nil {
		return err
	}
	return tx.Record("member.signed_in", m.ID, Changes{"connection": c.ID})
}

// ssoSession makes the session with the organization's lifetimes, cut at the identity provider's own end.
func ssoSession(tx *Tx, c *Connection, m *Member, until time.Time, userAgent string) (string, error) {
	o, err := FindOrganization(tx)
	if err != nil {
		return "", err
	}
	life, idle := time.Duration(o.SessionHours)*time.Hour, time.Duration(o.IdleHours)*time.Hour
	if left := until.Sub(tx.Now); !until.IsZero() && left < life {
		life = left
	}
	return CreateSession(tx, &Session{
		Kind: SessionWeb, AccountID: m.AccountID, OrganizationID: o.ID, MemberID: &m.ID, ConnectionID: &c.ID, UserAgent: clean(userAgent),
	}, life, idle)
}

// attempt runs fn so that, if it fails, nothing of it stays, but what came before it in the unit of work does.
func (tx *Tx) attempt(fn func(*Tx) error) error {
	return tx.g.Transaction(func(g *gorm.DB) error {
		inner := *tx
		inner.g = g
		return fn(&inner)
	})
}
