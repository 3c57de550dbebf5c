package views

import "strconv"

// HealthFault is a thing that needs attention. Kind is error or warn; At may be empty.
type HealthFault struct {
	Kind, Text string
	At         Time
}

// HealthRow is an organization. SSO and SCIM are the states in words, "" where there is none.
type HealthRow struct {
	Name, Path     string
	SSOKind, SSO   string
	SCIMKind, SCIM string
	SignIn         Time
	Request        Time
	Faults         []HealthFault
}

// OperatorHealthPage lists organizations, the most urgent first; All has those that need nothing too.
type OperatorHealthPage struct {
	OperatorPage
	All   bool
	Total string
	Rows  []HealthRow
	Pager Pager
}

// DirectoryRules are the switches of a directory.
type DirectoryRules struct {
	Strict, Guests bool
	Seen           Seen
}

// healthWords are the faults of models' HealthFault in words; those that count have a form for one and one for more.
var healthWords = map[string][2]string{
	"sign_ins_fail": {"The last sign-ins all failed"}, "metadata_unreadable": {"Metadata cannot be read"},
	"certificate_ends": {"The signing certificate ends"}, "certificate_ended": {"The signing certificate ended"},
	"token_none": {"The directory has no live token"}, "token_ended": {"The directory’s token ended"}, "token_ends": {"The directory’s token ends"},
	"scim_refused": {"directory request refused", "directory requests refused"}, "members_held": {"member on hold", "members on hold"},
	"members_leaving": {"removal waits", "removals wait"},
	"members_waiting": {"member waits for a seat", "members wait for a seat"}, "domain_lost": {"domain lost its proof", "domains lost their proof"},
	"import_stuck": {"import stands still", "imports stand still"}, "mail_given_up": {"mail given up", "mails given up"},
}

// HealthWords is a fault in words.
func HealthWords(code string, n int64) string {
	words := healthWords[code]
	switch {
	case words[1] == "":
		return first(words[0], code)
	case n == 1:
		return "1 " + words[0]
	}
	return strconv.FormatInt(n, 10) + " " + words[1]
}
