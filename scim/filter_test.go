package scim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

const filterUser = `{"userName":"Ann@Acme.example","externalId":"Xy1","displayName":"Ann \"A\" Lee","title":"50%_off",
 "name":{"givenName":"Ann"},"active":true,"profileUrl":"https://A.example/",
 "emails":[{"value":"Ann@Work.example","type":"work","primary":true},{"value":"ann@home.example","type":"home"}],
 "roles":[{"value":"admin","primary":"True"}],"{E}":{"department":"Ops","manager":{"value":"M1"}},
 "{R}":{"birthYear":1985},"{X}":{"plan":"Core"}}`

func filterResource(t testing.TB) map[string]any {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	return UserResource(mustUser(t, filterUser), Meta{ID: "usr-1a", Created: at, LastModified: at.Add(time.Hour)},
		[]Ref{{ID: "grp-1", Display: "Staff"}})
}

func TestFilterMatches(t *testing.T) {
	resource := filterResource(t)
	for _, c := range []struct {
		filter string
		want   bool
	}{
		{`userName eq "ann@acme.EXAMPLE"`, true}, // folded
		{`USERNAME EQ "ann@acme.example"`, true},
		{`userName eq ann@acme.example`, true}, // Entra's example without quotes
		{`  userName   eq   "ann@acme.example"  `, true},
		{`userName eq "someone"`, false},
		{`userName ne "someone"`, true},
		{`id eq "usr-1a"`, true},
		{`id eq "USR-1A"`, false}, // exact
		{`externalId eq "Xy1"`, true},
		{`externalId eq "xy1"`, false},
		{`externalId eq Xy1`, true},
		{`displayName eq "ann \"a\" lee"`, true},
		{`displayName eq "\u0041nn \"A\" Lee"`, true},
		{`displayName co "\"a\""`, true},
		{`userName sw "ANN@"`, true},
		{`userName ew ".Example"`, true},
		{`userName co "cme"`, true},
		{`title co "%"`, true},
		{`title co "0_o"`, false}, // no wildcard
		{`title co "0%o"`, false},
		{`userName gt "ann"`, true},
		{`userName lt "ann"`, false},
		{`userName ge "ann@acme.example"`, true},
		{`userName le "ann@acme.example"`, true},
		{`title pr`, true},
		{`nickName pr`, false},
		{`nickName eq null`, true},
		{`title ne null`, true},
		{`nickName eq ""`, false},
		{`active eq true`, true},
		{`active eq "True"`, true},
		{`active eq False`, false},
		{`active ne false`, true},
		{`emails eq "ann@work.example"`, true}, // a complex attribute means its value
		{`emails.value eq "ann@HOME.example"`, true},
		{`emails co "home"`, true},
		{`emails.type eq "other"`, false},
		{`emails ne "ann@work.example"`, false},
		{`emails pr`, true},
		{`phoneNumbers pr`, false},
		{`emails[type eq "work"].value eq "ann@work.example"`, true},
		{`emails[type eq "work"].value eq "ann@home.example"`, false},
		{`emails[type eq "work"]`, true},
		{`emails[type eq "other"]`, false},
		{`emails[type eq "work" and value co "work"]`, true},
		{`emails[type eq "home" and primary eq true]`, false},
		{`emails[not (type eq "work")].value eq "ann@home.example"`, true},
		{`emails[type eq "home" or (type eq "work" and primary eq "True")].value sw "ann@w"`, true},
		{`email eq "ANN@work.example"`, true},
		{`email eq "ann@acme.example"`, false},
		{`roles[primary eq "True"].value eq "admin"`, true},
		{`name.givenName eq "ann"`, true},
		{`name pr`, true},
		{`urn:ietf:params:scim:schemas:core:2.0:User:userName eq "ann@acme.example"`, true},
		{`urn:ietf:params:scim:schemas:core:2.0:User:name.givenName eq "ann"`, true},
		{`{E}:department eq "ops"`, true},
		{`{E}:department eq "ops" and active eq true`, true},
		{`{E}:manager eq "M1"`, true},
		{`{E}:manager.value eq "m1"`, false},
		{`manager eq "M1"`, true},
		{`id eq "usr-1a" and manager eq "M1"`, true},
		{`{R}:birthYear ge 1980`, true},
		{`{R}:birthYear lt "1980"`, false},
		{`plan eq "core"`, true},
		{`{X}:plan eq "core"`, true},
		{`groups eq "grp-1"`, true},
		{`groups.display eq "staff"`, true},
		{`schemas eq "{X}"`, true},
		{`meta.resourceType eq "User"`, true},
		{`meta.lastModified gt "2026-03-01T12:30:00Z"`, true},
		{`meta.lastModified gt "2026-03-01T15:30:00+03:00"`, true},
		{`meta.lastModified gt "2026-03-01T15:30:00 03:00"`, true}, // + unescaped in the query
		{`meta.lastModified eq "2026-03-01T13:00:00.000Z"`, true},
		{`meta.created lt 2026-03-01T12:00:00Z`, false},
		{`meta.created le 2026-03-02`, true},
		{`meta.created sw "2026-03"`, true},
		{`userName eq "x" or active eq true`, true},
		{`userName eq "x" or active eq true and title eq "y"`, false}, // and binds tighter
		{`(userName eq "x" or active eq true) and title pr`, true},
		{`not (userName eq "x")`, true},
		{`NOT (active eq true) OR title PR`, true},
		{`userName eq "x\" or userName pr or \"" `, false}, // injection inside quotes finds nobody
		{`userName eq "' OR 1=1 --"`, false},
	} {
		filter := short.Replace(c.filter)
		f, err := ParseFilter(filter, UserKind)
		if err != nil {
			t.Errorf("%s: %v", filter, err)
		} else if got := f.Match(resource); got != c.want {
			t.Errorf("%s: %v, want %v", filter, got, c.want)
		}
	}
}

func TestFilterOnGroups(t *testing.T) {
	resource := GroupResource(Group{DisplayName: "Staff", ExternalID: "e"}, Meta{ID: "g1"}, []Ref{{ID: "u1", Display: "Ann"}, {ID: "u2"}})
	for filter, want := range map[string]bool{
		`displayName eq "STAFF"`:             true,
		`externalId eq "e"`:                  true,
		`members eq "u2"`:                    true,
		`members.value eq "u3"`:              false,
		`id eq "g1" and members eq "u1"`:     true,
		`members[value eq "u1"]`:             true,
		`members[display eq "ann"].value pr`: true,
		`members pr`:                         true,
	} {
		f, err := ParseFilter(filter, GroupKind)
		if err != nil || f.Match(resource) != want {
			t.Errorf("%s: %v %v, want %v", filter, f.Match(resource), err, want)
		}
	}
	for _, filter := range []string{`userName eq "x"`, `email eq "x"`, `plan eq "x"`, `manager eq "x"`} {
		if _, err := ParseFilter(filter, GroupKind); scimType(t, err) != InvalidFilter {
			t.Errorf("%s on groups: %v, want invalidFilter", filter, err)
		}
	}
}

func TestEmailFilterFallsBackToUserName(t *testing.T) {
	for body, want := range map[string]bool{
		`{"userName":"a@x.y"}`:                                        true,
		`{"userName":"a@x.y","emails":["b@x.y"]}`:                     false,
		`{"userName":"b","emails":["b@x.y","A@x.y"]}`:                 true,
		`{"userName":"b","emails":["b@x.y"],"{R}":{"email":"a@x.y"}}`: true,
		`{"userName":"a"}`:                                            false,
	} {
		f, err := ParseFilter(`email eq "a@X.y"`, UserKind)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Match(UserResource(mustUser(t, body), Meta{}, nil)); got != want {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
}

// A filter that is not understood is refused: an empty list instead would make the
// identity provider create a second user.
func TestFilterRefuses(t *testing.T) {
	for _, filter := range []string{
		``, ` `, `userName`, `userName eq`, `eq "x"`, `"userName" eq "x"`, `userName "x"`, `userName is "x"`,
		`userName eq "x`, `userName eq "x\q"`, `userName eq "x" and`, `userName eq "x" userName eq "y"`, `userName eq "x" "y"`,
		`userName eq "x" or or userName eq "y"`, `(userName eq "x"`, `userName eq "x")`, `()`, `not userName eq "x"`, `not`, `and`,
		`shoeSize eq "44"`, `name.maiden eq "x"`, `userName.value eq "x"`, `{E}:shoe eq "x"`, `{X}:badge eq "x"`, `{E} eq "x"`,
		`password eq "x"`, `password pr`, `name eq "x"`, `addresses co "x"`, `addresses[type eq "work"] eq "x"`, `meta eq "x"`,
		`active gt true`, `active co "t"`, `active eq "perhaps"`, `emails.primary lt true`, `title gt null`,
		`{R}:birthYear eq "soon"`, `meta.created gt "yesterday"`, `meta.created gt 5`,
		`emails[`, `emails[]`, `emails[type eq "work"`, `emails[type eq "work"].`, `emails[type eq "work"].maiden eq "x"`,
		`emails[kind eq "x"]`, `emails[type eq "work"].value`, `emails[emails[type eq "x"]]`, `name[givenName eq "x"]`, `userName[value eq "x"]`,
		`emails.value[type eq "work"] eq "x"`, `schemas[value eq "x"]`, `email.value eq "x"`,
		`userName eq [`, `userName eq (`, `userName eq "\ud800"`, "userName eq \"\xff\"", "userName eq \"a\x00\"",
		`userName eq "x"; drop table users`, `userName eq "x" or 1=1`, `1=1`, `userName eq 'x' or 'a'='a'`, `userName eq 'ann@acme.example'`,
		strings.Repeat("(", 5000) + `userName eq "x"` + strings.Repeat(")", 5000),
		strings.Repeat("(", 40) + `userName eq "x"` + strings.Repeat(")", 40),
		strings.Repeat("not (", 40) + `userName eq "x"` + strings.Repeat(")", 40),
		`userName eq "` + strings.Repeat("x", 5000) + `"`,
	} {
		filter = short.Replace(filter)
		if f, err := ParseFilter(filter, UserKind); scimType(t, err) != InvalidFilter {
			t.Errorf("%.80s: error %v, filter %+v; want invalidFilter", filter, err, f)
		}
	}
	if _, err := ParseFilter(strings.Repeat("(", 30)+`userName eq "x"`+strings.Repeat(")", 30), UserKind); err != nil {
		t.Errorf("30 parentheses are fine, got %v", err)
	}
}

func TestConjuncts(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		filter   string
		want     []Comparison
		complete bool
	}{
		{`userName eq "A@b"`, []Comparison{{"userName", "eq", "A@b"}}, true},
		{`USERNAME eq "a" AND active eq "False"`, []Comparison{{"userName", "eq", "a"}, {"active", "eq", false}}, true},
		{`email eq "a"`, []Comparison{{"email", "eq", "a"}}, true},
		{`emails co "a" and (id eq "1" and title pr)`, []Comparison{{"emails.value", "co", "a"}, {"id", "eq", "1"}, {"title", "pr", nil}}, true},
		{`manager eq "m"`, []Comparison{{EnterpriseSchema + ":manager.value", "eq", "m"}}, true},
		{`meta.lastModified gt "2026-03-01T12:00:00+03:00"`, []Comparison{{"meta.lastModified", "gt", at}}, true},
		{`emails[type eq "work"].value eq "a"`, []Comparison{{"emails[].value", "eq", "a"}}, false},
		{`emails[type eq "work"].value ne "a" and id eq "1"`, []Comparison{{"id", "eq", "1"}}, false},
		{`userName eq "a" and (id eq "1" or id eq "2")`, []Comparison{{"userName", "eq", "a"}}, false},
		{`not (userName eq "a")`, nil, false},
		{`userName eq "a" or id eq "1"`, nil, false},
	} {
		f, err := ParseFilter(c.filter, UserKind)
		if err != nil {
			t.Fatal(err)
		}
		got, complete := f.Conjuncts()
		if fmt.Sprint(got) != fmt.Sprint(c.want) || complete != c.complete {
			t.Errorf("%s: %v %v, want %v %v", c.filter, got, complete, c.want, c.complete)
		}
	}
}

func TestZeroFilterMatchesEverything(t *testing.T) {
	if list, complete := (Filter{}).Conjuncts(); len(list) != 0 || !complete || !(Filter{}).Match(nil) {
		t.Error("the zero Filter must match everything")
	}
}
