package views

// requestFix is what mends a kind of failure: text says it in general, hint is the code under which a guide says where
// in the provider.
type requestFix struct{ text, hint string }

// requestFixes are the mends by the reason that the directory log keeps. Every reason that handlers can log is here.
var requestFixes = map[string]requestFix{
	"missing_first_name": {"Map the first name in your identity provider and fill it in for everybody concerned.", "scim_missing"},
	"missing_last_name":  {"Map the last name in your identity provider and fill it in for everybody concerned.", "scim_missing"},
	"missing_email":      {"Send the e-mail address as the user name, or as the primary e-mail.", "scim_username"},
	"missing_country":    {"Map `country` in your identity provider and fill it in for everybody concerned, or choose a default country under **Settings**.", "scim_country"},
	"outside_domain":     {"Add the domain under **Single Sign-On / Provision**, or send an address inside your domains.", "scim_domain"},
	"account_elsewhere":  {"Verify the domain under **Single Sign-On / Provision**, or send another address.", "scim_domain"},
	"email_in_use":       {"Two people have this e-mail. Change one of the two in your identity provider, or remove the other member here.", "scim_email"},
	"plan_unknown":       {"Send one of the plans that your organization has bought, or no plan: then the default plan applies.", "scim_plan"},
	"username_taken":     {"Two people have the same user name in your identity provider, or it sends one person twice. Give one of them another user name, or match the person that is here already.", "scim_username"},
	"group_reserved":     {"Rename the group in your identity provider, or push another one. **Everyone** and **Administrators** are kept by the service itself.", "scim_group_reserved"},
	"group_exists":       {"Your identity provider pushes two groups of one name, or pushes one anew that is here already. Rename one, or link the push to the group that is here.", "scim_group_reserved"},
	"members_unknown":    {"The people of this group are not here yet. Assign them to the app first, then push the group again.", "scim_members"},
	"members_left_out":   {"Some people of this group are not here yet. Assign them to the app, then push the group again; the others are in it.", "scim_members"},
	"filter":             {"Your identity provider searches by an attribute that is not known here, or in a way that is not SCIM. Match people by `userName` or `externalId`.", "scim_mapping"},
	"path":               {"Your identity provider changes an attribute that is not known here. Remove it from the attribute mapping; the attributes that count are listed in the guide.", "scim_mapping"},
	"mutability":         {"Your identity provider changes an attribute that cannot be changed, such as `id` or `meta`. Remove it from the attribute mapping.", "scim_mapping"},
	"value":              {"A value is missing or of the wrong kind. The sentence above names it; correct it in your identity provider.", "scim_missing"},
	"syntax":             {"The request was not readable as SCIM. If your identity provider lets you edit the request, compare its template with the guide; else tell its support.", "scim_mapping"},
	"content_type":       {"Let your identity provider send JSON, as `application/scim+json`.", ""},
	"too_large":          {"The request is larger than 5 MB. Let your identity provider send smaller batches, or groups in parts.", ""},
	"too_many":           {"The answer would be too large. Let your identity provider ask for fewer people at a time.", ""},
	"rate_limited":       {"Too many requests came at once. Your identity provider waits and repeats them by itself; lower its rate if this goes on.", ""},
	"not_included":       {"Directory Sync is not bought any more. See **Billing**, or write to us.", ""},
	"not_found":          {"The person or group is not here any more, or the address is wrong. Restart the provisioning in your identity provider, so that it looks again.", "scim_base_url"},
	"method":             {"Your identity provider uses a request that does not exist in SCIM 2.0. Check that version **2.0** is chosen there.", "scim_base_url"},
	"version":            {"Somebody changed it between two requests. Your identity provider repeats it by itself.", ""},
	"conflict":           {"Somebody changed it at the same time. Your identity provider repeats it by itself.", ""},
	"not_built":          {"This part of SCIM is not offered, and no provider needs it for people and groups. Switch it off there.", ""},
	"internal":           {"This is our fault, not yours. Your identity provider repeats it by itself; tell us if it stays.", ""},
}

// RequestFix says what mends a failure of that reason, with the place in the provider of that slug where it is known.
// It may use **bold** and `field` marks; "" for a reason that has no mend.
func RequestFix(reason, slug string) string {
	f := requestFixes[reason]
	return joined(f.text, GuideBySlug(slug).Mend("scim", f.hint))
}

// RefusalFix says what mends requests that a directory's door refused, by their kind.
func RefusalFix(kind, slug string) string {
	text, hint := "Paste a token that works where your identity provider asks for it.", "scim_token"
	switch kind {
	case "ended_token":
		text = "Make a token under **Tokens** on the directory’s page and paste it where your identity provider asks for it."
	case "unknown_token":
		text = "Paste the whole token, without spaces, where your identity provider asks for it. If nobody has it any more, make a new one under **Tokens** on the directory’s page."
	case "wrong_address":
		text, hint = "Copy the base URL from the directory’s page into your identity provider, whole and without anything after it.", "scim_base_url"
	}
	return joined(text, GuideBySlug(slug).Mend("scim", hint))
}

// Mend is where in the provider a failure is mended, as a sentence; "" when the guide does not say.
func (g *Guide) Mend(kind, reason string) string {
	if g == nil {
		return ""
	}
	h, ok := g.Hint(kind, reason)
	if !ok {
		return ""
	}
	return "In " + g.Short + ", `" + h.Field + "`: " + h.Fix
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}
