package models

// The demo's organizations. Their people are the same in every demo; ids and tokens are not.
const (
	DemoAcme   = "Acme"   // bought both integrations, has set up neither
	DemoGlobex = "Globex" // bought both; the demo connects it
)

// DemoAdmin is the administrator of a demo organization, by its name.
var DemoAdmin = map[string]string{DemoAcme: "robin@acme.example", DemoGlobex: "iris@globex.example"}

// demoPerson is a member from before the directory.
type demoPerson struct {
	first, last, email, country, city, plan, role string
}

var demoPeople = map[string][]demoPerson{
	DemoAcme: {
		{"Robin", "Park", "robin@acme.example", "US", "Portland", "Extended", RoleAdmin},
		{"Ada", "Byrne", "ada@acme.example", "IE", "Dublin", "Extended", RoleMember},
		{"Bo", "Lindqvist", "bo@acme.example", "SE", "Malmö", "Core", RoleMember},
		{"Chidi", "Okafor", "chidi@acme.example", "NG", "Lagos", "Ultimate", RoleMember},
	},
	DemoGlobex: {
		{"Iris", "Moreau", "iris@globex.example", "FR", "Nantes", "Ultimate", RoleAdmin},
	},
}

// demoInvited are invited and have not accepted yet.
var demoInvited = map[string]string{DemoAcme: "wren@acme.example"}

// SeedDemo fills an empty database with the demo's organizations. Their administrators' password is the one whose
// hash is given; the other members have none.
func SeedDemo(tx *Tx, passwordHash string) error {
	for _, name := range []string{DemoAcme, DemoGlobex} {
		o, err := CreateOrganization(tx, NewOrganization{
			Name: name, Plans: []string{"Core", "Extended", "Ultimate"}, DefaultPlan: "Core", SSO: true, SCIM: true,
			Domains: []string{Fold(name) + ".example"}, VerifiedDomains: true,
		})
		if err != nil {
			return err
		}
		if err := seedPeople(tx.In(o.ID), o, passwordHash); err != nil {
			return err
		}
	}
	return nil
}

func seedPeople(tx *Tx, o *Organization, passwordHash string) error {
	plans, err := OrganizationPlans(tx, o)
	if err != nil {
		return err
	}
	for _, p := range demoPeople[o.Name] {
		hash := ""
		if p.role == RoleAdmin {
			hash = passwordHash
		}
		if err := seedPerson(tx, plans, p, hash); err != nil {
			return err
		}
	}
	if email := demoInvited[o.Name]; email != "" {
		_, _, err = CreateInvite(tx, email, RoleMember)
	}
	return err
}

func seedPerson(tx *Tx, plans *Plans, p demoPerson, hash string) error {
	plan, err := plans.Find(p.plan)
	if err != nil {
		return err
	}
	a, err := CreateAccount(tx, p.email, p.first+" "+p.last)
	if err != nil {
		return err
	}
	err = tx.g.Model(&Account{}).Where("id = ?", a.ID).Updates(map[string]any{"password_hash": hash, "email_proved_at": tx.Now}).Error
	if err != nil {
		return err
	}
	m := &Member{
		AccountID: &a.ID, Email: a.Email, EmailKey: &a.EmailKey, FirstName: p.first, LastName: p.last, Country: p.country, CurrentCity: p.city,
		Role: p.role, RoleSource: FromAdmin, PlanID: &plan.ID, PlanSource: FromAdmin, Status: MemberActive, Source: SourceManual,
	}
	if err := insertMember(tx, m); err != nil {
		return err
	}
	return tx.Record("member.created", m.ID, Changes{"source": m.Source, "plan": plan.Name, "role": m.Role})
}
