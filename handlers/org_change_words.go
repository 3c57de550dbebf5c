package handlers

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rollcall/models"
	"rollcall/views"
)

// rawID is an id of ours (SPEC I1). It says nothing to people; the export has it.
var rawID = regexp.MustCompile(`^[a-z]{2,4}-[a-z2-7]{26}$`)

// changeLabels are the names of what an event changed, where the stored name is not one to show.
var changeLabels = map[string]string{
	"add_members": "how members are added", "deprovision": "when someone is removed", "idp": "provider", "entity_id": "entity ID",
	"first_name": "first name", "last_name": "last name", "email": "e-mail", "email_key": "e-mail", "current_city": "city",
	"current_state": "state or region", "birth_year": "year of birth", "plan_id": "plan", "plan_source": "where the plan comes from",
	"role_source": "where the role comes from", "hold_reasons": "holds", "account_id": "account", "directory_id": "directory",
	"kept_plan_id": "plan kept", "return_plan_id": "plan kept", "kept_role": "role kept", "last_four": "ends in", "kind": "for",
	"passwords_disabled": "without a password", "disable_passwords": "passwords disabled on invites", "strict": "refuse instead of holding",
	"health_mails": "weekly mail", "mapping": "attribute names", "sign_requests": "requests signed", "encrypt": "assertions encrypted",
}

// changeValues are the words for stored codes, by the name of what changed.
var changeValues = map[string]map[string]string{
	"kind":        {models.KindSSO: "Single Sign-On", models.KindSCIM: "Directory Sync"},
	"role":        {models.RoleAdmin: "Administrator", models.RoleMember: "Member"},
	"add_members": {models.AddByJIT: "at first sign-in", models.AddByDirectory: "from the directory"},
	"policy":      policyWords, "deprovision": policyWords,
	"members": {"keep": "kept as ordinary members", "deprovision": "removed"},
	"source": {
		models.FromAttribute: "an attribute", models.FromGroup: "a group mapping", models.FromAdmin: "an administrator", models.FromDefault: "the default",
	},
}

var policyWords = map[string]string{
	models.DeprovisionDowngrade: "downgrade only", models.DeprovisionDisconnect: "downgrade and remove from organization", models.DeprovisionDelete: "delete",
}

// changeFacts are an event's changes in words: "plan: Core". What is only known to have changed is listed as such.
func changeFacts(text string) []views.Fact {
	var m map[string]any
	if json.Unmarshal([]byte(text), &m) != nil {
		return nil
	}
	var out []views.Fact
	var changed []string
	for _, name := range slices.Sorted(maps.Keys(m)) {
		label := changeLabels[name]
		if label == "" {
			label = strings.ReplaceAll(name, "_", " ")
		}
		if on, ok := m[name].(bool); ok && !isSwitch[name] {
			if on && !slices.Contains(changed, label) {
				changed = append(changed, label)
			}
			continue
		}
		if value := changeValue(name, m[name]); value != "" {
			out = append(out, views.Fact{Label: label, Value: value})
		}
	}
	if len(changed) > 0 {
		out = append(out, views.Fact{Label: "changed", Value: strings.Join(changed, ", ")})
	}
	return out
}

// isSwitch are the changes whose true and false say what is on; any other says only that something changed.
var isSwitch = map[string]bool{
	"sso": true, "scim": true, "strict": true, "guests": true, "on": true, "sign_requests": true, "encrypt": true, "tested": true, "passwords_disabled": true, "disable_passwords": true,
	"health_mails": true,
}

// changeValue is one value in words; "" for what says nothing to people.
func changeValue(name string, value any) string {
	switch v := value.(type) {
	case bool:
		return map[bool]string{true: "yes", false: "no"}[v]
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		return changeWord(name, v)
	case []any:
		var parts []string
		for _, x := range v {
			parts = append(parts, changeValue(name, x))
		}
		return strings.Join(parts, ", ")
	case map[string]any:
		var parts []string
		for _, key := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, key+" as "+changeValue(name, v[key]))
		}
		return strings.Join(parts, ", ")
	}
	return ""
}

func changeWord(name, v string) string {
	if word, ok := changeValues[name][v]; ok {
		return word
	}
	switch {
	case rawID.MatchString(v):
		return ""
	case name == "reasons":
		return views.HoldLine(strings.Split(v, ","))
	case name == "status":
		return views.StateWord(v)
	case name == "from" || name == "to":
		if word, ok := changeValues["role"][v]; ok {
			return word
		}
		return views.SourceWord(v)
	case name == "source":
		return views.SourceWord(v)
	case name == "provider":
		if g := views.GuideBySlug(v); g != nil {
			return g.Name
		}
	}
	return v
}
