package views

// RevokeForm is the confirmation of a deactivation, as a dialog and as a page.
type RevokeForm struct {
	Kind         string // "sso" or "scim"
	Consequences []string
	AlsoSCIM     bool   // deactivating Single Sign-On also turns off Directory Sync, which is on
	AskMembers   bool   // the directory has members: ask what becomes of them
	Members      string // "keep" (default) or "deprovision"
	MembersCount int
	PolicyWord   string // what de-provisioning does here: "downgraded to Free"
	Slug         string // to be typed; empty when at most 25 people are touched
	Typed        string
	Errors       FieldErrors
}

// OrgRevokePage is the same confirmation as a page of its own.
type OrgRevokePage struct {
	Page
	Form RevokeForm
}

func (f RevokeForm) id() string { return "revoke-" + f.Kind }

func (f RevokeForm) title() string { return "Deactivate " + integrationName(f.Kind) + "?" }

func (f RevokeForm) path() string { return Integration{Kind: f.Kind}.revokePath() }

// lead is the first line: the rule that people must not miss.
func (f RevokeForm) lead() string {
	if f.Kind == "scim" {
		return "Single Sign-On stays as it is. From that moment:"
	}
	if f.AlsoSCIM {
		return "Deactivating Single Sign-On also turns off Directory Sync. From that moment:"
	}
	return "From that moment:"
}

func (f RevokeForm) membersField(prefix string) choiceField {
	return choiceField{
		ID: prefix + "members", Name: "members", Label: "What becomes of the " + count(f.MembersCount, "member", "members") + " from your directory",
		Value: first(f.Members, "keep"), Error: f.Errors["members"],
		Choices: []Choice{
			{Value: "keep", Label: "Keep them", Hint: "They stay with their plan as ordinary members that you manage here."},
			{Value: "deprovision", Label: "Remove them", Hint: "They are " + first(f.PolicyWord, "downgraded to Free") + ", as when your directory removes somebody."},
		},
	}
}
