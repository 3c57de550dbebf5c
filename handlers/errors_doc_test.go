package handlers

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"rollcall/models"
	"rollcall/saml"
)

var updateDocs = flag.Bool("update-docs", false, "write docs/errors.md anew")

// meanings say what each models.Code stands for, and what a person sees of it.
var meanings = []struct {
	code           models.Code
	meaning, shown string
}{
	{models.Invalid, "a value is wrong; the text says which and what it can be", "the form again (422), with the text at the field"},
	{models.Unauthenticated, "nobody has signed in, or the token does not fit", "the sign-in page"},
	{models.Forbidden, "the person may not do this", "a short page"},
	{models.NotFound, "it is not there, or belongs to another organization", "a short page"},
	{models.Conflict, "it exists already, or was changed meanwhile", "the form again, with both values where that helps"},
	{models.Gone, "a link or a one-time step has ended", "a page that says why and whom to ask"},
	{models.PaymentRequired, "the feature is not bought", "a short page"},
	{models.Precondition, "If-Match names another version, or the schema is behind", "a short page"},
	{models.TooLarge, "more bytes than are taken here", "a short page"},
	{models.RateLimited, "too many tries; Retry-After says how long to wait", "a short page with the seconds"},
	{models.NotBuilt, "a later version does this", "a short page"},
	{models.Internal, "a fault on our side; the cause is in the log under the request id", "a calm sentence and the request id"},
}

// TestErrorsPage holds docs/errors.md to the tables that the program uses.
func TestErrorsPage(t *testing.T) {
	const page = "../docs/errors.md"
	text := errorsPage(t)
	if *updateDocs {
		if err := os.WriteFile(page, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil || string(got) != text {
		t.Errorf("docs/errors.md is not what the tables say (%v); look at the difference and run go test ./handlers -run TestErrorsPage -update-docs", err)
	}
}

func errorsPage(t *testing.T) string {
	var b strings.Builder
	b.WriteString("# Errors\n\nWritten by `go test ./handlers -run TestErrorsPage -update-docs` from the program's own tables; do not edit it by hand.\n\n" +
		"## Codes\n\nAn error that a rule finds has one of these codes. Each door tells it in its own dialect: a page, JSON, or SCIM (RFC 7644 §3.12).\n\n" +
		"| code | means | status | SCIM `scimType` | a person sees |\n|---|---|---|---|---|\n")
	seen := map[models.Code]bool{}
	for _, m := range meanings {
		seen[m.code] = true
		status := statusOf[m.code]
		fmt.Fprintf(&b, "| `%s` | %s | %d %s | %s | %s |\n", m.code, m.meaning, status, http.StatusText(status), orDash(scimTypeOf[m.code]), m.shown)
	}
	for code := range statusOf {
		if !seen[code] {
			t.Errorf("the code %s has no meaning in this test", code)
		}
	}
	b.WriteString("\nThe command exits with 1 and the text on standard error; with 2 where it was used wrongly.\n\n" +
		"## Reasons of Single Sign-On\n\nThe sign-in log, a failed test sign-in and the setup cite these. The member only reads that the sign-in failed, with a\n" +
		"reference code; the sentence is for the administrator. *Your identity provider* stands where the provider's name is shown, *nothing* and\n" +
		"*something else* where the received and the expected value are.\n\n| reason | what happened | the administrator reads |\n|---|---|---|\n")
	for _, r := range reasons(t) {
		e := &saml.Error{Reason: saml.Reason(r[0])}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r[0], r[1], strings.ReplaceAll(e.Sentence(saml.Labels{}), "|", `\|`))
	}
	return b.String()
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return "`" + s + "`"
}

// reasons are the constants of type Reason of package saml, each with the comment behind it.
func reasons(t *testing.T) (out [][2]string) {
	file, err := parser.ParseFile(token.NewFileSet(), "../saml/errors.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		kind, ok := spec.Type.(*ast.Ident)
		if !ok || kind.Name != "Reason" {
			return true
		}
		value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil || spec.Comment == nil {
			t.Fatalf("%s has no comment (%v)", spec.Names[0], err)
		}
		out = append(out, [2]string{value, strings.TrimSpace(spec.Comment.Text())})
		return true
	})
	if len(out) < 20 {
		t.Fatalf("found %d reasons: the test looks in the wrong place", len(out))
	}
	return out
}
