package models

import (
	"time"

	"gorm.io/gorm/clause"
)

// DirectoryUser is the identity provider's view of a member: the SCIM user as pushed (SPEC I2). Until the provider
// first writes to it, it is not managed and shows the member as the organization has it (SPEC I3).
type DirectoryUser struct {
	ID             string `gorm:"primaryKey"`
	OrganizationID string
	DirectoryID    string
	MemberID       string
	Seq            int64 // list order within the directory
	Managed        bool
	UserName       string
	UserNameKey    string // folded, unique in the directory
	ExternalID     *string
	EmailKey       string // folded e-mail, for filters
	OtherEmails    string // further folded addresses, each between newlines, for filters
	Active         bool
	Profile        `gorm:"embedded"`
	Document       string // JSON of the canonical SCIM attributes; "{}" while unmanaged
	Extra          string // JSON of attributes that no schema knows (SPEC I4)
	Version        int64
	CreatedAt      time.Time
	UpdatedAt      time.Time

	Groupless bool `gorm:"-"` // the member is known to be in no group; false: nobody has looked

	holds string // of the member, after this unit of work has provisioned it
}

// Holds are the reasons for which the member is held, as far as this unit of work has written the user.
func (u *DirectoryUser) Holds() []string { return (&Member{HoldReasons: u.holds}).Holds() }

// Profile is what the identity provider says of a person in Rollcall's own terms (SPEC P1), as raw text: mapped by
// handlers from the SCIM document, judged by Provision.
type Profile struct {
	FirstName    string
	LastName     string
	Email        string
	Country      string
	CurrentCity  string
	CurrentState string
	BirthYear    string
	Role         string
	Plan         string
}

// HiddenUser says that a directory has deleted its view of a member (SPEC I3): it stays hidden there until the
// directory sends the person again.
type HiddenUser struct {
	OrganizationID string
	DirectoryID    string `gorm:"primaryKey"`
	MemberID       string `gorm:"primaryKey"`
	HiddenAt       time.Time
}

// Push is what an identity provider writes of a user: the whole of it, after a PATCH was applied.
type Push struct {
	UserName   string
	ExternalID string
	Active     bool
	Profile    Profile
	Emails     []string // all addresses, for filters
	Document   string   // JSON; "" is {}
	Extra      string
}

// CreateDirectoryUser takes a new user in, with its member (SPEC P). One who is visible but not managed yet is adopted
// and one who is inactive is restored, under the id they have; an active userName is a Conflict (SPEC I3, P7).
func CreateDirectoryUser(tx *Tx, d *Directory, in Push) (*DirectoryUser, error) {
	h, err := openHall(tx) // before any look: of many at once, one makes it
	if err != nil {
		return nil, err
	}
	old, err := sameUser(tx, d, in)
	switch {
	case err != nil:
		return nil, err
	case old != nil && old.Managed && old.Active:
		return nil, userNameTaken(in.UserName)
	case old != nil:
		return old, h.saveUser(d, old, in)
	}
	m, err := h.provision(Arrival{Source: SourceSCIM, Profile: in.Profile, Active: in.Active, Directory: d})
	if err != nil {
		return nil, err
	}
	if m.ID != h.fresh { // who was there before may have been shown or hidden
		if err := dropView(tx, d, m.ID); err != nil {
			return nil, err
		}
	}
	u := &DirectoryUser{MemberID: m.ID, Managed: true, Groupless: m.ID == h.fresh, holds: m.HoldReasons}
	u.take(in)
	return u, insertUser(tx, d, u)
}

// sameUser is the visible user that a new one would double: by userName, or an unmanaged one by e-mail. nil: none.
func sameUser(tx *Tx, d *Directory, in Push) (*DirectoryUser, error) {
	var rows []DirectoryUser
	var err error
	if name := Fold(in.UserName); !tx.lacks(noUser(d.ID, name)) {
		rows, err = find[DirectoryUser](tx, "", "directory_id = ? AND user_name_key = ?", d.ID, name)
	}
	if key := emailKey(in.Profile.Email); err == nil && len(rows) == 0 && key != "" && !tx.lacks(noView(d.ID, key)) {
		rows, err = find[DirectoryUser](tx, "ORDER BY seq LIMIT 1", "directory_id = ? AND email_key = ? AND managed = ?", d.ID, key, false)
	}
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func userNameTaken(name string) *Error {
	return &Error{Code: Conflict, Field: "userName", Message: "A user with the userName “" + name + "” exists in this directory already."}
}

// emailKey is the folded form of an address, "" for what is none.
func emailKey(email string) string {
	_, key, err := ParseEmail(email)
	if err != nil {
		return ""
	}
	return key
}

// SaveDirectoryUser writes a user as the identity provider now has it and provisions its member. It adopts one that was
// not managed. A write that changes nothing moves neither version nor time.
func SaveDirectoryUser(tx *Tx, d *Directory, u *DirectoryUser, in Push) error {
	h, err := openHall(tx)
	if err != nil {
		return err
	}
	return h.saveUser(d, u, in)
}

func (h *hall) saveUser(d *Directory, u *DirectoryUser, in Push) error {
	tx, before := h.tx, *u
	a := Arrival{Source: SourceSCIM, Profile: in.Profile, Active: in.Active, Directory: d, Member: &Member{ID: u.MemberID}}
	if u.Managed {
		a.User = &before
	} else if err := tx.org().Model(&DirectoryUser{}).Where("id = ?", u.ID).Update("managed", true).Error; err != nil {
		return err // first of all: from here on it no longer follows the member
	}
	m, err := h.provision(a)
	if err != nil {
		return err
	}
	u.holds = m.HoldReasons
	u.take(in)
	if before.Managed && before.same(u) {
		return nil
	}
	u.Managed, u.Version, u.UpdatedAt = true, before.Version+1, tx.Now
	return updateUser(tx, u, before.Version)
}

// take puts what was pushed into the row.
func (u *DirectoryUser) take(in Push) {
	u.UserName, u.UserNameKey, u.EmailKey = in.UserName, Fold(in.UserName), emailKey(in.Profile.Email)
	u.OtherEmails = ""
	for _, address := range in.Emails {
		if key := Fold(address); key != u.EmailKey && key != "" {
			u.OtherEmails = orElse(u.OtherEmails, "\n") + key + "\n"
		}
	}
	u.ExternalID = nil
	if in.ExternalID != "" {
		u.ExternalID = &in.ExternalID
	}
	u.Active, u.Profile = in.Active, in.Profile
	u.Document, u.Extra = orElse(in.Document, "{}"), orElse(in.Extra, "{}")
}

func (u *DirectoryUser) same(o *DirectoryUser) bool {
	return u.UserName == o.UserName && orNone(u.ExternalID) == orNone(o.ExternalID) && u.Active == o.Active && u.Profile == o.Profile &&
		u.Document == o.Document && u.Extra == o.Extra && u.OtherEmails == o.OtherEmails
}

func updateUser(tx *Tx, u *DirectoryUser, version int64) error {
	n, err := tx.run(`UPDATE directory_users SET managed = ?, user_name = ?, user_name_key = ?, external_id = ?, email_key = ?, other_emails = ?,
		active = ?, first_name = ?, last_name = ?, email = ?, country = ?, current_city = ?, current_state = ?, birth_year = ?, role = ?, plan = ?,
		document = ?, extra = ?, version = ?, updated_at = ? WHERE organization_id = ? AND id = ? AND version = ?`,
		u.Managed, u.UserName, u.UserNameKey, u.ExternalID, u.EmailKey, u.OtherEmails,
		u.Active, u.FirstName, u.LastName, u.Email, u.Country, u.CurrentCity, u.CurrentState, u.BirthYear, u.Role, u.Plan,
		u.Document, u.Extra, u.Version, u.UpdatedAt, tx.Actor.OrgID, u.ID, version)
	if CodeOf(translate(err)) == Conflict {
		return userNameTaken(u.UserName)
	}
	if err == nil && n == 0 {
		return stale()
	}
	return err
}

// insertUser gives u its id and its place in the directory's list, under the directory's row lock (SPEC I1).
func insertUser(tx *Tx, d *Directory, u *DirectoryUser) error {
	now, err := FindDirectoryForUpdate(tx, d.ID)
	if err != nil {
		return err
	}
	f, err := tx.facts()
	if err != nil {
		return err
	}
	u.Seq = f.count(tx, &now.NextSeq, 1)
	f.count(tx, &now.UserCount, 1)
	tx.unit.analyzed(u.Seq)
	d.NextSeq, d.UserCount = now.NextSeq, now.UserCount
	u.ID, u.OrganizationID, u.DirectoryID, u.Version, u.CreatedAt, u.UpdatedAt = tx.NewID("usr"), tx.Actor.OrgID, d.ID, 1, tx.Now, tx.Now
	if err := translate(insertNew(tx, noUser(d.ID, u.UserNameKey), &tx.unit.late.users, u)); CodeOf(err) == Conflict {
		return userNameTaken(u.UserName)
	} else if err != nil {
		return err
	}
	return nil
}

// dropView takes the unmanaged row of a member away, or what hides it: a managed one takes its place.
func dropView(tx *Tx, d *Directory, memberID string) error {
	if _, err := drop[HiddenUser](tx, "directory_id = ? AND member_id = ?", d.ID, memberID); err != nil {
		return err
	}
	return dropUsers(tx, d, "directory_id = ? AND member_id = ? AND managed = ?", d.ID, memberID, false)
}

// dropUsers deletes rows of the directory's list, counts them off and notes where they are missing.
func dropUsers(tx *Tx, d *Directory, where string, args ...any) error {
	var gone []int64
	err := tx.read("DELETE FROM directory_users WHERE organization_id = ? AND ("+where+") RETURNING seq", append([]any{tx.Actor.OrgID}, args...),
		func(get func(...any) error) error {
			gone = append(gone, 0)
			return get(&gone[len(gone)-1])
		})
	if err != nil || len(gone) == 0 {
		return err
	}
	f, err := tx.facts()
	if err != nil {
		return err
	}
	now := f.dir(d.ID)
	f.count(tx, &now.UserCount, -int64(len(gone)))
	d.UserCount = now.UserCount
	return noteGaps(tx, d, gone)
}

// FindDirectoryUser finds one of the directory's users.
func FindDirectoryUser(tx *Tx, d *Directory, id string) (*DirectoryUser, error) {
	u, err := first[DirectoryUser](tx, "id = ? AND directory_id = ?", id, d.ID)
	if CodeOf(translate(err)) == NotFound {
		return nil, notFound("user with this id")
	}
	return u, err
}

// FindDirectoryUserForUpdate is FindDirectoryUser under the organization's lock, which every writer takes first.
func FindDirectoryUserForUpdate(tx *Tx, d *Directory, id string) (*DirectoryUser, error) {
	if _, err := tx.facts(); err != nil {
		return nil, err
	}
	return FindDirectoryUser(tx, d, id)
}

// DeleteDirectoryUser is SCIM's DELETE: one that no identity provider has written to is only hidden here (SPEC I3);
// any other is de-provisioned by the policy and its row goes, so that a new POST makes a new id for the same member.
func DeleteDirectoryUser(tx *Tx, d *Directory, u *DirectoryUser) error {
	if waits, err := neverTakenOver(tx, d, u); err != nil {
		return err
	} else if waits {
		return forgetPending(tx, d, u)
	}
	if u.Managed {
		if err := deprovision(tx, &Member{ID: u.MemberID}, func(h *hall) departure { return departure{h.org.Deprovision, true} }); err != nil {
			return err
		}
		if err := leaveGroups(tx, d, u.MemberID); err != nil {
			return err
		}
	} else if err := hideUser(tx, d, u); err != nil {
		return err
	}
	return dropUsers(tx, d, "id = ?", u.ID)
}

func hideUser(tx *Tx, d *Directory, u *DirectoryUser) error {
	h := &HiddenUser{OrganizationID: tx.Actor.OrgID, DirectoryID: d.ID, MemberID: u.MemberID, HiddenAt: tx.Now}
	if err := tx.g.Clauses(clause.OnConflict{DoNothing: true}).Create(h).Error; err != nil {
		return err
	}
	return tx.Record("directory_user.hidden", u.MemberID, nil)
}
