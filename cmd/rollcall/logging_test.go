package main

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
)

// loggers maps slog's methods to how many arguments stand before the fields.
var loggers = map[string]int{"Debug": 1, "Info": 1, "Warn": 1, "Error": 1, "Log": 3}

// TestLoggingPage: every field that the program logs is in docs/logging.md, and the other way round; messages are fixed
// words.
func TestLoggingPage(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "logging.md"))
	if err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, line := range regexp.MustCompile("(?m)^\\| (`[a-z_`, ]+`) \\|").FindAllStringSubmatch(string(page), -1) {
		for _, name := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(line[1], -1) {
			listed = append(listed, name[1])
		}
	}
	used := map[string]bool{}
	for _, s := range sources(t) {
		if s.test() || s.generated || s.room() == "views" {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || !logs(call) {
				return true
			}
			fields := loggers[call.Fun.(*ast.SelectorExpr).Sel.Name]
			if _, fixed := call.Args[fields-1].(*ast.BasicLit); !fixed {
				t.Errorf("%s: the message is not a fixed text", s.set.Position(call.Pos()))
			}
			for i := fields; i < len(call.Args); i += 2 {
				lit, ok := call.Args[i].(*ast.BasicLit)
				if !ok {
					t.Errorf("%s: the name of a field is not a fixed word", s.set.Position(call.Pos()))
					continue
				}
				name, _ := strconv.Unquote(lit.Value)
				used[name] = true
				if !slices.Contains(listed, name) {
					t.Errorf("%s: the field %q is not in docs/logging.md", s.set.Position(call.Pos()), name)
				}
			}
			return true
		})
	}
	for _, name := range listed {
		if !used[name] {
			t.Errorf("docs/logging.md lists %q, which nothing logs", name)
		}
	}
}

// logs tells a call on a logger: s.Log.Error(…), log.Info(…), slog.Warn(…).
func logs(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || loggers[sel.Sel.Name] == 0 || len(call.Args) < loggers[sel.Sel.Name] {
		return false
	}
	name := ""
	switch x := sel.X.(type) {
	case *ast.Ident:
		name = x.Name
	case *ast.SelectorExpr:
		name = x.Sel.Name
	}
	return name == "log" || name == "Log" || name == "slog"
}
