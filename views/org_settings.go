package views

// OrgSettingsPage is the organization's own data (POST /organization/settings: version, name, default_country,
// support_contact, health_mails).
type OrgSettingsPage struct {
	Page
	Version        string // of the row; a save on an older one is a conflict
	Name           string
	Slug           string
	DefaultCountry string // alpha-2; "" for none
	Countries      []Option
	SupportContact string
	HealthMails    bool // a weekly mail about what needs attention
	HeldForCountry int  // members on hold because no country came
	LastChange     string
	Errors         FieldErrors // name, default_country, support_contact
	Conflict       *Conflict
}

func (p OrgSettingsPage) countryOptions() []Option {
	return append([]Option{{"", "No default country"}}, p.Countries...)
}

func (p OrgSettingsPage) countryHint() string {
	hint := "Filled in where your identity provider sends no country."
	if p.HeldForCountry > 0 {
		hint += " " + count(p.HeldForCountry, "member is on hold without a country and is released by it.", "members are on hold without a country and are released by it.")
	}
	return hint
}
