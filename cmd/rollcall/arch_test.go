package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "rollcall/"

// The rooms, and what stands beside them. A folder made while working (.gitignore) is not part of the tree.
var (
	folders = []string{"cmd", "views", "handlers", "models", "static", "scim", "saml", "docs", ".ci", ".github", ".git"}
	ignored = []string{"bin", "mail", ".cache"}
)

// only: what these rooms may import beside the standard library and themselves, in every package that they reach.
var only = map[string][]string{
	"scim": {},
	"saml": {
		"github.com/russellhaering/gosaml2", "github.com/russellhaering/goxmldsig", "github.com/beevik/etree",
		"github.com/mattermost/xml-roundtrip-validator", "github.com/jonboulle/clockwork",
	},
	"views":  {"github.com/a-h/templ", "go.yaml.in/yaml", module + "static"},
	"static": {},
}

// never: what these rooms must not import. The compiler already keeps everybody outside cmd from importing cmd/internal.
var never = map[string][]string{
	"models":       {module, "net/http", "net/smtp", "github.com/labstack/", "github.com/a-h/templ", "github.com/gorilla/"},
	"handlers":     {"gorm.io/", module + "cmd", "net/smtp"},
	"cmd/internal": {module + "handlers", "gorm.io/"},
}

// Files that may be longer, and functions, each with its reason. Empty is best.
var (
	longFiles     = map[string]string{}
	longFunctions = map[string]string{} // "models/seed.go Seed": "why"
)

// clocks are the only files of the pure rooms that may ask for the time: where it is passed in.
var clocks = []string{"models/db.go"}

const (
	maxFile     = 300
	maxFunction = 40
)

// source is one Go file of the tree. The tree is read through package os, so that go test's cache notices a change;
// a call of "go list" would not be noticed, and a broken wall would show as "(cached) ok".
type source struct {
	path      string // with slashes, from the root
	file      *ast.File
	set       *token.FileSet
	lines     int
	generated bool
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }
func (s source) room() string {
	room, _, _ := strings.Cut(s.path, "/")
	return room
}

func sources(t *testing.T) (out []source) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, name)
		rel = filepath.ToSlash(rel)
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || rel == ".git" || slices.Contains(ignored, rel)) {
			return fs.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		s := source{path: rel, set: token.NewFileSet(), lines: strings.Count(string(text), "\n")}
		if s.file, err = parser.ParseFile(s.set, rel, text, parser.ParseComments); err != nil {
			return err
		}
		s.generated = ast.IsGenerated(s.file)
		out = append(out, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 5 {
		t.Fatalf("found %d Go files under %s: the test looks in the wrong place", len(out), root)
	}
	return out
}

// imports maps each package folder to what its non-test files import, and from which file.
func imports(all []source) map[string]map[string]string {
	out := map[string]map[string]string{}
	for _, s := range all {
		dir := path.Dir(s.path)
		if s.test() {
			continue
		}
		if out[dir] == nil {
			out[dir] = map[string]string{}
		}
		for _, spec := range s.file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			out[dir][name] = s.path
		}
	}
	return out
}

func inside(name, room string) bool { return name == room || strings.HasPrefix(name, room+"/") }

func standard(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return !strings.Contains(first, ".") && first+"/" != module
}

func TestWalls(t *testing.T) {
	graph := imports(sources(t))
	for dir, found := range graph {
		for room, allowed := range only {
			if !inside(dir, room) {
				continue
			}
			for name, file := range found {
				if !standard(name) && !inside(name, module+room) && !slices.ContainsFunc(allowed, func(a string) bool { return inside(name, a) }) {
					t.Errorf("%s imports %s; %s may import only the standard library, itself and %q", file, name, room, allowed)
				}
			}
		}
		for room, forbidden := range never {
			if !inside(dir, room) {
				continue
			}
			for name, file := range found {
				if !inside(name, module+room) && slices.ContainsFunc(forbidden, func(f string) bool { return strings.HasPrefix(name, f) }) {
					t.Errorf("%s imports %s; %s must not", file, name, room)
				}
			}
		}
	}
}

func TestFolders(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.IsDir() && !slices.Contains(folders, e.Name()) && !slices.Contains(ignored, e.Name()) {
			t.Errorf("folder %s: code lives in cmd, views, handlers, models, static, scim and saml", e.Name())
		}
	}
	for _, s := range sources(t) {
		if !slices.Contains(folders, s.room()) || strings.HasPrefix(s.path, ".") || s.room() == "docs" {
			t.Errorf("%s: Go code lives in cmd, views, handlers, models, static, scim and saml", s.path)
		}
	}
}

// TestCalls: nobody sleeps (a test that waits by the clock is slow and flaky; wait for an event), and the pure rooms get the time from outside.
func TestCalls(t *testing.T) {
	for _, s := range sources(t) {
		pure := (s.room() == "models" || s.room() == "scim" || s.room() == "saml") && !s.test() && !slices.Contains(clocks, s.path)
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "time" || pkg.Obj != nil {
				return true
			}
			if sel.Sel.Name == "Sleep" {
				t.Errorf("%s: time.Sleep; wait for an event or use a timer with the context", s.set.Position(sel.Pos()))
			}
			if pure && (sel.Sel.Name == "Now" || sel.Sel.Name == "Since" || sel.Sel.Name == "Until") {
				t.Errorf("%s: time.%s; take the time as an argument", s.set.Position(sel.Pos()), sel.Sel.Name)
			}
			return true
		})
	}
}

func TestSizes(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range sources(t) {
		if s.generated || s.test() {
			continue
		}
		if s.lines > maxFile {
			seen[s.path] = true
			if longFiles[s.path] == "" {
				t.Errorf("%s has %d lines, more than %d", s.path, s.lines, maxFile)
			}
		}
		for _, d := range s.file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := s.set.Position(fn.End()).Line - s.set.Position(fn.Pos()).Line + 1
			if key := s.path + " " + fn.Name.Name; lines > maxFunction {
				seen[key] = true
				if longFunctions[key] == "" {
					t.Errorf("%s: %s has %d lines, more than %d", s.path, fn.Name.Name, lines, maxFunction)
				}
			}
		}
	}
	for _, list := range []map[string]string{longFiles, longFunctions} {
		for key := range list {
			if !seen[key] {
				t.Errorf("%s is short enough now: take it off the list", key)
			}
		}
	}
}
