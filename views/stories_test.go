package views

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write the golden files anew")

// drawn renders a story once and parses it.
func drawn(t *testing.T, s Story) ([]byte, *html.Node) {
	t.Helper()
	var b bytes.Buffer
	if err := s.Component.Render(context.Background(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), doc
}

// assets have hashes in their names, which change with every edit of the style.
var assets = regexp.MustCompile(`/static/(\w+)\.[0-9a-f]{12}\.`)

func goldenPath(name string) string {
	return filepath.Join("testdata", "golden", strings.ReplaceAll(name, "/", "_")+".html")
}

func TestStories(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Stories() {
		t.Run(s.Name, func(t *testing.T) {
			if seen[goldenPath(s.Name)] {
				t.Fatal("two stories of this name")
			}
			seen[goldenPath(s.Name)] = true
			page, doc := drawn(t, s)
			checkGolden(t, goldenPath(s.Name), assets.ReplaceAll(page, []byte("/static/$1.HASH.")))
			for _, fault := range faults(page, doc) {
				t.Error(fault)
			}
		})
	}
	if files, _ := filepath.Glob("testdata/golden/*.html"); !*update {
		for _, f := range files {
			if !seen[f] {
				t.Errorf("%s belongs to no story", f)
			}
		}
	}
}

// checkGolden breaks the page into lines at its tags, so that a change shows where it is.
func checkGolden(t *testing.T, path string, got []byte) {
	t.Helper()
	got = append(bytes.ReplaceAll(got, []byte("><"), []byte(">\n<")), '\n')
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	g, w := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			t.Fatalf("%s, line %d: got %q (run go test ./views -update if this is meant)", path, i+1, g[i])
		}
	}
	t.Fatalf("%s has %d lines, the page has %d", path, len(w), len(g))
}

// faults are what no page may have, whatever it shows.
func faults(page []byte, doc *html.Node) []string {
	var list []string
	if len(page) > 60<<10 {
		list = append(list, "the page is larger than 60 KB")
	}
	labels, ids, h1 := labelled(doc), map[string]bool{}, 0
	organization := find(doc, func(n *html.Node) bool { return attr(n, "name") == "organization" }) != nil
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if n.Data == "h1" {
			h1++
		}
		if n.Data == "style" || (n.Data == "script" && attr(n, "src") == "") {
			list = append(list, "inline "+n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") {
				list = append(list, "inline "+a.Key+" on "+n.Data)
			}
		}
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				list = append(list, "two elements have the id "+id)
			}
			ids[id] = true
		}
		if fault := unlabelled(n, labels); fault != "" {
			list = append(list, fault)
		}
		if organization && n.Data == "form" && !tied(n) {
			list = append(list, "the form of "+attr(n, "action")+" does not carry its organization (SPEC I5)")
		}
	}
	if h1 != 1 {
		list = append(list, "the page needs exactly one h1")
	}
	return append(list, dangling(doc, ids)...)
}

// tied tells whether a form carries its organization or is of the person, not of the organization.
func tied(form *html.Node) bool {
	if attr(form, "method") != "post" || slices.Contains([]string{"/logout", "/theme"}, attr(form, "action")) {
		return true
	}
	return find(form, func(n *html.Node) bool { return n.Data == "input" && attr(n, "name") == "organization" }) != nil
}

// dangling finds references to ids that are not on the page.
func dangling(doc *html.Node, ids map[string]bool) []string {
	var list []string
	for n := range doc.Descendants() {
		for _, key := range []string{"for", "aria-describedby", "aria-labelledby", "popovertarget", "data-dialog"} {
			for _, id := range strings.Fields(attr(n, key)) {
				if !ids[id] {
					list = append(list, key+" names "+id+", which is not on the page")
				}
			}
		}
		if href := attr(n, "href"); strings.HasPrefix(href, "#") && !ids[href[1:]] {
			list = append(list, "a link leads to "+href+", which is not on the page")
		}
	}
	return list
}

func labelled(doc *html.Node) map[string]bool {
	ids := map[string]bool{}
	for n := range doc.Descendants() {
		if n.Data == "label" {
			ids[attr(n, "for")] = true
		}
	}
	return ids
}

// unlabelled names a field without a label, or is empty.
func unlabelled(n *html.Node, labels map[string]bool) string {
	if n.Data != "input" && n.Data != "select" && n.Data != "textarea" || attr(n, "type") == "hidden" {
		return ""
	}
	if labels[attr(n, "id")] && attr(n, "id") != "" || attr(n, "aria-label") != "" {
		return ""
	}
	for up := n.Parent; up != nil; up = up.Parent {
		if up.Data == "label" {
			return ""
		}
	}
	return "the field " + attr(n, "name") + " has no label"
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func find(root *html.Node, is func(*html.Node) bool) *html.Node {
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && is(n) {
			return n
		}
	}
	return nil
}

// TestFaultsAreFound proves that the checks above can fail.
func TestFaultsAreFound(t *testing.T) {
	for _, c := range []struct{ page, want string }{
		{`<h1>a</h1><h1>b</h1>`, "exactly one h1"},
		{`<h1>a</h1><p style="x">`, "inline style"},
		{`<h1>a</h1><p onclick="x">`, "inline onclick"},
		{`<h1>a</h1><script>1</script>`, "inline script"},
		{`<h1>a</h1><input name="email">`, "no label"},
		{`<h1>a</h1><i id="x"></i><i id="x"></i>`, "two elements"},
		{`<h1>a</h1><a href="#no">x</a>`, "not on the page"},
		{`<h1>a</h1><form method="post"><input type="hidden" name="organization"></form><form method="post" action="/b"></form>`, "does not carry"},
		{`<h1>a</h1>` + strings.Repeat("x", 61<<10), "60 KB"},
	} {
		doc, err := html.Parse(strings.NewReader(c.page))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(faults([]byte(c.page), doc), "; "); !strings.Contains(got, c.want) {
			t.Errorf("%.60s: %q, want %q", c.page, got, c.want)
		}
	}
}

// TestRoutes lists every address that a page leads or posts to; ids are shortened. The list is read by people
// who write handlers, and a new address shows up in review.
func TestRoutes(t *testing.T) {
	ids := regexp.MustCompile(`(org|dom|con|dir|mem|acc|grp|inv|lnk|ses|evt|tok|out|sgn|ord)-[0-9a-z]+`)
	tokens := regexp.MustCompile(`/(s|invites|reset|verify|link)/[0-9A-Za-z]{22}`)
	seen := map[string]bool{}
	for _, s := range Stories() {
		_, doc := drawn(t, s)
		for n := range doc.Descendants() {
			address, method := attr(n, "href"), "GET"
			switch {
			case n.Data == "form":
				address, method = attr(n, "action"), strings.ToUpper(attr(n, "method"))
			case attr(n, "formaction") != "":
				address, method = attr(n, "formaction"), "POST"
			case attr(n, "data-live") != "":
				address = attr(n, "data-live")
			}
			path, _, _ := strings.Cut(address, "?")
			if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "/static/") {
				path = tokens.ReplaceAllString(ids.ReplaceAllString(path, "{id}"), "/$1/{token}")
				seen[method+" "+path] = true
			}
		}
	}
	var list []string
	for r := range seen {
		list = append(list, r)
	}
	slices.Sort(list)
	checkGolden(t, filepath.Join("testdata", "routes.txt"), []byte(strings.Join(list, "\n")))
}
