package models

import (
	"strings"
	"time"
)

// Identity ties a connection's NameID to a member (SPEC S4). Formats without a lasting NameID are recognised by the
// e-mail alone and have no row here.
type Identity struct {
	OrganizationID string
	ConnectionID   string `gorm:"primaryKey"`
	Subject        string `gorm:"primaryKey"`
	MemberID       string
	CreatedAt      time.Time
}

// Person is who came back from the identity provider, by signed values only.
type Person struct {
	Subject string    `json:"subject"` // the NameID where its format lasts, else ""
	Profile Profile   `json:"profile"` // the e-mail is in one of the verified domains
	Until   time.Time `json:"until"`   // the identity provider's end of the session; zero for none
}

// ResolveMember finds or makes the member behind p inside the connection's organization and brings it up to date
// (SPEC S4, S6, P4). Everything that keeps a person out is a Refusal.
func ResolveMember(tx *Tx, c *Connection, p Person) (*Member, error) {
	m, err := recognise(tx, c, p)
	switch {
	case CodeOf(translate(err)) == NotFound:
		m, err = newcomer(tx, p)
	case err == nil:
		m, err = returning(tx, m, p)
	}
	if err != nil {
		return nil, refusedBy(err)
	}
	if !m.MaySignIn() {
		return nil, keptOut(m)
	}
	if err := giveAccount(tx, m); err != nil {
		return nil, err
	}
	if err := acceptBySSO(tx, m); err != nil {
		return nil, err
	}
	return m, keepIdentity(tx, c, p, m)
}

// recognise finds the member by NameID and by e-mail; two different answers are refused, because one of them would be
// somebody else's account.
func recognise(tx *Tx, c *Connection, p Person) (*Member, error) {
	_, key, err := ParseEmail(p.Profile.Email)
	if err != nil {
		return nil, &Refusal{Reason: "saml_email"}
	}
	byEmail, err := FindMemberByEmail(tx, key)
	if err = translate(err); err != nil && CodeOf(err) != NotFound || p.Subject == "" {
		return byEmail, err
	}
	known, kerr := knownSubject(tx, c, "subject = ?", p.Subject)
	switch {
	case kerr != nil:
		return nil, kerr
	case known == nil && err != nil:
		return nil, err
	case known == nil: // the first sign-in of a member, unless the address was somebody else's before
		other, oerr := knownSubject(tx, c, "member_id = ?", byEmail.ID)
		if oerr == nil && other != nil {
			oerr = &Refusal{Reason: ReasonConflict, PersonID: byEmail.ID}
		}
		return byEmail, oerr
	case err == nil && byEmail.ID != known.MemberID:
		return nil, &Refusal{Reason: ReasonConflict, PersonID: known.MemberID}
	}
	return FindMember(tx, known.MemberID)
}

// knownSubject is the identity row that fits, or nil.
func knownSubject(tx *Tx, c *Connection, where, value string) (*Identity, error) {
	rows, err := find[Identity](tx, "LIMIT 1", "connection_id = ? AND "+where, c.ID, value)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// newcomer makes the member of somebody who is not known yet, unless members come from the directory (SPEC S6).
func newcomer(tx *Tx, p Person) (*Member, error) {
	o, err := FindOrganization(tx)
	if err != nil {
		return nil, err
	}
	if o.AddMembers == AddByDirectory {
		return nil, &Refusal{Reason: ReasonNotMember}
	}
	return Provision(tx, Arrival{Source: SourceJIT, Profile: p.Profile, Active: true})
}

// returning brings a member up to date who is not the directory's: an invited one has proved the e-mail by this. A
// sign-in never brings back somebody who was taken out or blocked.
func returning(tx *Tx, m *Member, p Person) (*Member, error) {
	comes := m.Status == MemberInvited || m.Status == MemberHeld || m.MaySignIn()
	if m.Managed() || !comes || m.BlockedAt != nil {
		return m, nil
	}
	return Provision(tx, Arrival{Source: SourceJIT, Profile: p.Profile, Active: true, Member: m})
}

func refusedBy(err error) error {
	switch CodeOf(translate(err)) {
	case Forbidden, Invalid, Conflict:
		return &Refusal{Reason: ReasonRefused}
	}
	return err
}

// keptOut says why a member may not sign in.
func keptOut(m *Member) error {
	if m.Status == MemberHeld && m.BlockedAt == nil {
		return &Refusal{Reason: ReasonHeld, Received: m.HoldReasons, PersonID: m.ID}
	}
	state := m.Status
	if m.BlockedAt != nil {
		state = "blocked"
	}
	return &Refusal{Reason: ReasonAccount, Received: state, PersonID: m.ID}
}

// giveAccount ties a member who has none yet to the account of its address: one who is held for personal details only
// signs in to give them. An account from outside is attached because the domain is verified, and its owner is told
// (SPEC P4, P6).
func giveAccount(tx *Tx, m *Member) error {
	if m.AccountID != nil {
		return nil
	}
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	a, err := FindAccountByEmail(tx, m.Email)
	var mails []*Outbox
	switch CodeOf(translate(err)) {
	case NotFound:
		a, err = CreateAccount(tx, m.Email, strings.TrimSpace(m.FirstName+" "+m.LastName))
	default:
		mails = append(mails, h.mail("account_attached", m, nil))
	}
	if err != nil {
		return err
	}
	if err := updateMember(tx, m, map[string]any{"account_id": a.ID}); err != nil {
		return err
	}
	return tx.Record("member.account_attached", m.ID, nil, mails...)
}

// keepIdentity remembers the NameID and the time of the sign-in.
func keepIdentity(tx *Tx, c *Connection, p Person, m *Member) error {
	if p.Subject != "" {
		err := insertOr(tx, " ON CONFLICT DO NOTHING", &Identity{
			OrganizationID: c.OrganizationID, ConnectionID: c.ID, Subject: p.Subject, MemberID: m.ID, CreatedAt: tx.Now,
		})
		if err != nil {
			return err
		}
	}
	_, err := assign[Member](tx, map[string]any{"last_sign_in_at": tx.Now}, "id = ?", m.ID)
	return err
}
