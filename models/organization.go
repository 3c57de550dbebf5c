package models

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// How members are added (SPEC S6).
const (
	AddByJIT       = "jit"
	AddByDirectory = "directory"
)

// De-provisioning policies (SPEC P7).
const (
	DeprovisionDowngrade  = "downgrade"
	DeprovisionDisconnect = "disconnect"
	DeprovisionDelete     = "delete"
)

// Kinds of integration, as links, commands and pages name them.
const (
	KindSSO  = "sso"
	KindSCIM = "scim"
)

// Integration states: the words of `rollcall org show` and the machine form of the status words (SPEC S1).
const (
	NotIncluded = "not_included"
	Awaiting    = "awaiting"
	Active      = "active"
	Deactivated = "deactivated"
)

// Organization is a business customer of the SaaS. Its id is its tenant: every tenant row names it.
type Organization struct {
	ID                string `gorm:"primaryKey"`
	Slug              string
	Name              string
	SSOBought         bool
	SCIMBought        bool `gorm:"column:scim_bought"`
	AllPlans          bool // signed itself up: every plan is on sale until an operator narrows them (SPEC O2)
	DefaultPlanID     *string
	DisablePasswords  bool   // for invites made from now on (SPEC O5)
	AddMembers        string // AddByJIT or AddByDirectory
	Deprovision       string
	DefaultCountry    string // alpha-2 or "" (SPEC O7)
	SupportContact    string
	SessionHours      int64 // lifetime of a session by SSO (SPEC S7)
	IdleHours         int64
	LogDays           int64 // how many days the sign-in log and the directory log are kept
	RequireSSO        bool  `gorm:"column:require_sso"` // passwords are refused for people of its domains (SPEC S8)
	NextMemberSeq     int64
	NextGroupSeq      int64
	LeaverFloor       int64 // so many may leave in an hour, or LeaverPercent of the active members, before the others wait (SPEC P12)
	LeaverPercent     int64
	LeaversSince      *time.Time // the beginning of the hour that is counted
	Leavers           int64      // in it
	LeaversAllowed    int64      // in it
	Seats             *int64     // how many members may be active; nil for no limit
	SeatsUsed         int64      // counted only while Seats is set
	SeatsFullAt       *time.Time // since when members wait for a seat
	HoldsToldAt       *time.Time // when administrators were last told who is on hold
	HealthMails       bool       // a weekly mail tells the administrators what needs attention
	HealthMailAt      *time.Time // when that was last looked at
	Version           int64
	SettingsChangedBy string // account id
	SettingsChangedAt *time.Time
	CreatedAt         time.Time
}

// FindOrganization is the actor's own organization.
func FindOrganization(tx *Tx) (*Organization, error) {
	return first[Organization](tx, "id = ?", tx.Actor.OrgID)
}

// lockOrganization is FindOrganization with the row's lock, for sequences and settings.
func lockOrganization(tx *Tx) (*Organization, error) {
	if tx.db.engine == SQLite {
		return FindOrganization(tx)
	}
	return only(find[Organization](tx, "LIMIT 1 FOR UPDATE", "id = ?", tx.Actor.OrgID))
}

// FindOrganizationByRef finds an organization by id or slug, for commands and operators.
func FindOrganizationByRef(tx *Tx, ref string) (*Organization, error) {
	var o Organization
	err := tx.g.First(&o, "id = ? OR slug = ?", ref, ref).Error
	if err = translate(err); CodeOf(err) == NotFound {
		return nil, notFound("organization as “" + ref + "”")
	}
	return &o, err
}

// NewOrganization is what `org create`, sign-up and the operator's desk give.
type NewOrganization struct {
	ID              string // from NewID when the form was drawn; "" or anything else: a new one
	Name            string
	Plans           []string // names; empty with AllPlans
	AllPlans        bool
	DefaultPlan     string // a name; empty: the least purchased plan
	SSO, SCIM       bool
	Deprovision     string
	AddMembers      string
	DefaultCountry  string
	Domains         []string // already parsed; verified at once (SPEC O3: an operator adds them)
	VerifiedDomains bool
}

// CreateOrganization makes an organization and answers it; the caller goes on inside it with tx.In(o.ID).
func CreateOrganization(tx *Tx, n NewOrganization) (*Organization, error) {
	name := strings.TrimSpace(n.Name)
	if CheckOrganizationName(name) != nil {
		return nil, invalid("name", "Give the organization a name of at most 200 characters.")
	}
	country, err := ParseCountry(n.DefaultCountry)
	if err != nil {
		return nil, err
	}
	slug, err := freeSlug(tx, name)
	if err != nil {
		return nil, err
	}
	if !validID("org", n.ID) {
		n.ID = tx.NewID("org")
	}
	o := &Organization{
		ID: n.ID, Slug: slug, Name: name, SSOBought: n.SSO, SCIMBought: n.SCIM, AllPlans: n.AllPlans,
		AddMembers: orElse(n.AddMembers, AddByJIT), Deprovision: orElse(n.Deprovision, DeprovisionDowngrade), DefaultCountry: country,
		SessionHours: 24, IdleHours: 12, LogDays: logDays, NextMemberSeq: 1, NextGroupSeq: 1,
		LeaverFloor: leaverFloor, LeaverPercent: leaverPercent, Version: 1, CreatedAt: tx.Now,
	}
	if err := tx.g.Create(o).Error; err != nil {
		return nil, err
	}
	in := tx.In(o.ID)
	if err := in.setUpPlans(o, n); err != nil {
		return nil, err
	}
	if err := refuseTaken(in, n.Domains...); err != nil {
		return nil, err
	}
	for _, d := range n.Domains {
		if _, err := addDomain(in, d, n.VerifiedDomains); err != nil {
			return nil, err
		}
	}
	return o, in.Record("organization.created", o.ID, Changes{"sso": n.SSO, "scim": n.SCIM, "domains": n.Domains})
}

// CheckOrganizationName tells whether a name can be an organization's; nil when it can.
func CheckOrganizationName(name string) error {
	if name = strings.TrimSpace(name); name == "" || len(name) > maxName {
		return invalid("organization", "Give the organization a name of at most 200 characters.")
	}
	return nil
}

func (tx *Tx) setUpPlans(o *Organization, n NewOrganization) error {
	if err := setPlans(tx, n.Plans); err != nil {
		return err
	}
	plans, err := OrganizationPlans(tx, o)
	if err != nil {
		return err
	}
	if len(plans.Purchased) == 0 {
		return invalid("plan", "An organization needs at least one purchased plan.")
	}
	d := plans.Purchased[0]
	if n.DefaultPlan != "" {
		if d, err = plans.Find(n.DefaultPlan); err != nil {
			return err
		}
	}
	o.DefaultPlanID = &d.ID
	return tx.g.Model(&Organization{}).Where("id = ?", o.ID).Update("default_plan_id", d.ID).Error
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// freeSlug is the name in lower-case letters, digits and hyphens, with a number behind it when that is taken.
func freeSlug(tx *Tx, name string) (string, error) {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	base := strings.Trim(b.String()[:min(b.Len(), 40)], "-")
	if base == "" {
		base = "organization"
	}
	var taken []string
	if err := tx.g.Model(&Organization{}).Where("slug = ? OR slug LIKE ?", base, base+"-%").Pluck("slug", &taken).Error; err != nil {
		return "", err
	}
	used := map[string]bool{}
	for _, s := range taken {
		used[s] = true
	}
	slug := base
	for i := 2; used[slug]; i++ {
		slug = fmt.Sprintf("%s-%d", base, i)
	}
	return slug, nil
}

// Bought tells whether the organization has the integration of that kind.
func (o *Organization) Bought(kind string) bool {
	if kind == KindSSO {
		return o.SSOBought
	}
	return o.SCIMBought
}
