package models

import (
	"strings"
	"testing"
)

// TestSafeCell: no cell of a download is a formula, and an import reads what was meant.
func TestSafeCell(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a": "a", "'a": "'a", "'": "'", "=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@x": "'@x", "\tx": "'\tx", "\rx": "'\rx", "'=x": "''=x", "''@": "'''@",
	} {
		got := SafeCell(in)
		if got != want {
			t.Errorf("%q: %q", in, got)
		}
		if back := kept(got); strings.TrimSpace(back) != strings.TrimSpace(in) {
			t.Errorf("%q comes back as %q", in, back)
		}
	}
}

// TestImportBadForms: a file from any program is read or refused in words, row by row, and nobody is invited by that.
func TestImportBadForms(t *testing.T) {
	wide := func(s string, at int) string {
		out := []string{"\xff\xfe", "\xfe\xff"}[at]
		for _, r := range s {
			b := []byte{byte(r), byte(r >> 8)}
			out += string([]byte{b[at], b[1-at]})
		}
		return out
	}
	const header = "firstName,lastName,email,country\n"
	for name, tc := range map[string]struct{ text, states, first string }{
		"UTF-16, little end":    {wide(header+"Jürgen,Lee,a@b.example,DE\n", 0), "2 ready", "Jürgen"},
		"UTF-16, big end":       {wide(header+"Jürgen,Lee,a@b.example,DE\n", 1), "2 ready", "Jürgen"},
		"Latin-1":               {header + "Ren\xe9e,Lee,a@b.example,DE\n", "2 ready", "Renée"},
		"NUL in a late row":     {header + strings.Repeat("\n", 5000) + "A\x00nn,Lee,a@b.example,DE\n", "5002 ready", "A nn"},
		"ragged":                {header + "Ann,Lee,a@b.example,DE\nBen,Lee\nCid,Lee,c@b.example,DE,more\n", "2 ready|3 error email|4 error", "Ann"},
		"new line in quotes":    {header + "\"Ann\nMarie\",Lee,a@b.example,DE\nBen,Lee,b@b.example,DE\n", "2 ready|4 ready", "Ann Marie"},
		"header variants":       {" E-MAIL ;First_Name;SURNAME;country code\na@b.example;Ann;Lee;DE\n", "2 ready", "a@b.example"},
		"formula":               {header + "\"=HYPERLINK(\"\"x\"\")\",Lee,a@b.example,DE\n", "2 ready", `=HYPERLINK("x")`},
		"the same person twice": {header + "Ann,Lee,a@b.example,DE\nAnn,Lee, A@B.example ,DE\n", "2 ready|3 duplicate email", "Ann"},
		"another's people":      {header + "Tom,Twin,tom@twin.example,DE\n", "2 ready", "Tom"},
	} {
		t.Run(name, func(t *testing.T) {
			db := openTest(t, "sqlite:"+t.TempDir()+"/x.db")
			org, twin := importOrg(t, db), importOrg(t, db)
			do(t, db, twin, func(tx *Tx) error {
				_, _, err := CreateInvite(tx, "tom@twin.example", RoleMember)
				return err
			})
			id, err := importText(t, db, org, tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(rowStates(t, db, org, id), "|"); got != tc.states {
				t.Errorf("%s, want %s", got, tc.states)
			}
			do(t, db, org, func(tx *Tx) error {
				rows, err := ListImportRows(tx, id, 0, 1)
				if err == nil && rows[0].Values()[0] != tc.first {
					t.Errorf("%q, want %q", rows[0].Values()[0], tc.first)
				}
				if n, err := CountInvites(tx, false); n != 0 || err != nil {
					t.Errorf("%d invites before the word: %v", n, err)
				}
				return err
			})
		})
	}
}
