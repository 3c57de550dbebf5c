package scim

import (
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// step is one request of a story in testdata/<idp>/: what an identity provider sends in
// its own dialect, and what the user or group is afterwards.
type step struct {
	Step       string            `json:"step"`
	User       json.RawMessage   `json:"user"`        // body of a POST
	Put        json.RawMessage   `json:"put"`         // body of a PUT
	Patch      json.RawMessage   `json:"patch"`       // body of a PATCH of the user
	Group      json.RawMessage   `json:"group"`       // body of a POST or PUT of a group
	PatchGroup json.RawMessage   `json:"patch_group"` // body of a PATCH of the group
	Query      string            `json:"query"`       // of GET /Users, found or not
	Found      bool              `json:"found"`
	Want       map[string]string `json:"want"`    // SCIM path: value, empty for none
	Edits      string            `json:"edits"`   // of a group, as edits() writes them
	Refused    string            `json:"refused"` // scimType
}

func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, file := range files {
		if strings.Contains(file, "golden") {
			continue
		}
		told++
		t.Run(strings.TrimSuffix(filepath.ToSlash(file)[len("testdata/"):], ".json"), func(t *testing.T) {
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var steps []step
			if err := json.Unmarshal(raw, &steps); err != nil {
				t.Fatal(err)
			}
			tell(t, steps)
		})
	}
	if told < 8 {
		t.Errorf("only %d stories are there", told)
	}
}

func tell(t *testing.T, steps []step) {
	var u User
	for _, s := range steps {
		var err error
		var change GroupChange
		next := u
		switch {
		case s.User != nil:
			next, err = ParseUser(s.User)
		case s.Put != nil:
			if next, err = ParseUser(s.Put); err == nil {
				next, _ = PutUser(u, next)
			}
		case s.Patch != nil:
			var ops []Op
			if ops, err = ParsePatch(s.Patch); err == nil {
				next, _, err = PatchUser(u, ops, nil)
			}
		case s.Group != nil:
			var g Group
			if g, err = ParseGroup(s.Group); err == nil {
				change = GroupChange{DisplayName: &g.DisplayName, Members: []MemberChange{{ReplaceMembers, g.Members}}}
			}
		case s.PatchGroup != nil:
			var ops []Op
			if ops, err = ParsePatch(s.PatchGroup); err == nil {
				change, err = PatchGroup(ops)
			}
		case s.Query != "":
			err = s.ask(t, u)
		}
		if got := scimType(t, err); got != s.Refused {
			t.Fatalf("%s: refused with %q (%v), want %q", s.Step, got, err, s.Refused)
		}
		if err == nil {
			u = next
		}
		if got := edits(change); got != s.Edits {
			t.Errorf("%s: the edits are %q, want %q", s.Step, got, s.Edits)
		}
		for path, want := range s.Want {
			if got := look(u, path); got != want {
				t.Errorf("%s: %s is %q, want %q", s.Step, path, got, want)
			}
		}
	}
}

func (s step) ask(t *testing.T, u User) error {
	values, err := url.ParseQuery(s.Query)
	if err != nil {
		t.Fatal(err)
	}
	q, err := ParseQuery(values, UserKind)
	if err != nil {
		return err
	}
	if found := q.Filter.Match(UserResource(u, Meta{ID: "usr-1"}, nil)); found != s.Found {
		t.Errorf("%s: found is %v, want %v", s.Step, found, s.Found)
	}
	return nil
}
