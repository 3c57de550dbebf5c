package handlers

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// conversation is a file of testdata/conversations: what an identity provider or a conformance suite sends, and what the
// RFC and the product's rules ask of each answer. The expected answers are not taken from this server.
type conversation struct {
	Name   string
	IDP    string
	Source string // where the shapes of the requests are documented
	Note   string
	Vars   map[string]string
	Steps  []conversationStep
}

type conversationStep struct {
	Name    string
	Request struct {
		Method  string
		Path    string
		Headers map[string]string // an empty one is not sent
		Body    json.RawMessage
		RawBody *string
		PadTo   int // bytes of {{pad}}
	}
	Expect struct {
		Status  []int
		JSON    []expectation
		Headers []expectation // Path is the header's name
		NoBody  bool
	}
	Capture  map[string]string // variable: path in the answer, or "header:Name"
	Repeat   int               // times, with {{i}}; what is captured is numbered
	Parallel int               // of a runner that sends at once; here one follows the other
	Tenant   int               // 2: the other organization
}

// TestSCIMConversations plays every file twice: the second time on what the first one left behind.
func TestSCIMConversations(t *testing.T) {
	files, err := filepath.Glob("testdata/conversations/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	w := newSCIMWorld(t, false)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var c conversation
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.DisallowUnknownFields()
		if err := d.Decode(&c); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for round := range 2 {
			t.Run(fmt.Sprintf("%s/%d", strings.TrimSuffix(filepath.Base(file), ".json"), round+1), func(t *testing.T) { w.converse(t, &c, round) })
		}
	}
}

func (w *scimWorld) converse(t *testing.T, c *conversation, round int) {
	vars := map[string]string{
		"rand": fmt.Sprintf("%x%d", len(c.Steps)*7919+0xa0000, round), "rand2": fmt.Sprintf("f%x%d", len(c.Name)*104729, round), "token": w.a.token,
		"ext": "urn:ietf:params:scim:schemas:extension:rollcall:2.0:User", "base": "http://localhost:8080/scim/v2/" + w.a.dir,
	}
	for i, name := range []string{"uuid", "uuid2", "uuid3"} {
		vars[name] = fmt.Sprintf("%s-0000-4000-8000-%012d", vars["rand"], i)
	}
	for name, value := range c.Vars {
		vars[name] = value
	}
	for n := range c.Steps {
		s := &c.Steps[n]
		for i := range max(s.Repeat, 1) {
			suffix := ""
			if s.Repeat > 0 {
				suffix = fmt.Sprint(i + 1)
			}
			vars["i"] = suffix
			if faults := w.playStep(s, vars, suffix); len(faults) > 0 {
				t.Errorf("step %d, %s: %s", n+1, s.Name, strings.Join(faults, "; "))
			}
		}
	}
}

// playStep sends one request and lists what is wrong with the answer.
func (w *scimWorld) playStep(s *conversationStep, vars map[string]string, suffix string) (faults []string) {
	side := w.a
	if s.Tenant == 2 {
		side = w.b
	}
	vars["pad"] = strings.Repeat("x", s.Request.PadTo)
	body := string(s.Request.Body)
	if s.Request.RawBody != nil {
		body = *s.Request.RawBody
	}
	headers := []string{"Accept", scimType}
	for name, value := range s.Request.Headers {
		headers = append(headers, name, fill(value, vars))
	}
	r := w.send(side, s.Request.Method, fill(s.Request.Path, vars), fill(body, inJSON(vars)), headers...)
	if !slices.Contains(s.Expect.Status, r.Code) {
		return []string{fmt.Sprintf("%d, want %v: %s", r.Code, s.Expect.Status, r.Body)}
	}
	var doc any
	if r.Body.Len() > 0 {
		if err := json.Unmarshal(r.Body.Bytes(), &doc); err != nil || s.Expect.NoBody {
			return []string{fmt.Sprintf("an unexpected body: %s (%v)", r.Body, err)}
		}
	}
	for _, e := range s.Expect.JSON {
		if len(e.When) == 0 || slices.Contains(e.When, r.Code) {
			faults = append(faults, e.fault(at(doc, fill(e.Path, vars)), vars)...)
		}
	}
	for _, e := range s.Expect.Headers {
		faults = append(faults, e.fault(headerOf(r, e.Path), vars)...)
	}
	for name, path := range s.Capture {
		found := at(doc, path)
		if header, ok := strings.CutPrefix(path, "header:"); ok {
			found = headerOf(r, header)
		}
		if vars[name+suffix] = fmt.Sprint(found); found == nil {
			faults = append(faults, "nothing to capture at "+path)
		}
	}
	return faults
}

func headerOf(r *httptest.ResponseRecorder, name string) any {
	if v := r.Header().Get(name); v != "" {
		return v
	}
	return nil
}

var placeholder = regexp.MustCompile(`\{\{(\w+)((?:\|\w+)*)\}\}`)

// inJSON are the values as they stand inside a string of JSON: an entity tag has quotes.
func inJSON(vars map[string]string) map[string]string {
	out := make(map[string]string, len(vars))
	for name, value := range vars {
		out[name] = strings.ReplaceAll(value, `"`, `\"`)
	}
	return out
}

// fill puts values in the place of {{name}}, {{name|upper}} and {{name|query}}.
func fill(s string, vars map[string]string) string {
	return placeholder.ReplaceAllStringFunc(s, func(found string) string {
		m := placeholder.FindStringSubmatch(found)
		value, ok := vars[m[1]]
		if !ok {
			return found
		}
		if strings.Contains(m[2], "upper") {
			value = strings.ToUpper(value)
		}
		if strings.Contains(m[2], "query") {
			value = url.QueryEscape(value)
		}
		return value
	})
}
