package views

// addMembersField is the choice between just-in-time and the directory (SPEC S6).
func (s SSOSettings) addMembersField() choiceField {
	return choiceField{
		Name: "add_members", Label: "How members are added", Value: first(s.AddMembers, "jit"), Hint: s.AddMembersNote,
		Error: s.Errors["add_members"],
		Choices: []Choice{
			{Value: "jit", Label: "At first sign-in", Hint: "A person of your domains becomes a member when they first sign in through your identity provider."},
			{Value: "directory", Label: "From the directory", Hint: s.directoryHint(), Disabled: s.NoDirectory && s.AddMembers != "directory"},
		},
	}
}

func (s SSOSettings) directoryHint() string {
	if s.NoDirectory {
		return "Needs Directory Sync, which is not included."
	}
	return "Only your directory adds people. Signing in never creates a member."
}

// deprovisionField is the off-boarding policy (SPEC P7). Only an operator chooses Delete,
// so it is offered only while it is the choice in force.
func (s SSOSettings) deprovisionField() choiceField {
	f := choiceField{
		Name: "deprovision", Label: "When someone is removed", Value: first(s.Deprovision, "downgrade"), Error: s.Errors["deprovision"],
		Choices: []Choice{
			{Value: "downgrade", Label: "Downgrade only", Hint: "They stay in the organization on the Free plan and cannot sign in through it until your directory brings them back."},
			{Value: "disconnect", Label: "Downgrade and remove from organization", Hint: "Their membership ends. The account becomes a personal one on the Free plan, once they give us a private e-mail address."},
		},
	}
	if s.Deprovision == "delete" {
		f.Choices = append(f.Choices, Choice{Value: "delete", Label: "Delete", Hint: "Disabled at once, erased after 30 days. Chosen by your provider's staff; you can change it to one of the others."})
	}
	return f
}
