package models

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// importText reads, judges and stores a CSV as the handler does.
func importText(t *testing.T, db *DB, org, text string) (id string, err error) {
	t.Helper()
	f, err := OpenImportFile(strings.NewReader(text))
	if err != nil {
		return "", err
	}
	var i *Import
	if err := db.Update(t.Context(), public(org), func(tx *Tx) (err error) { i, err = BeginImport(tx, "people.csv", f); return err }); err != nil {
		return "", err
	}
	r := NewImportReader(i, f)
	for more := true; more; {
		var rows []ImportRow
		if rows, more, err = r.Read(); err != nil {
			return "", err
		}
		do(t, db, org, func(tx *Tx) error { return r.Keep(tx, rows) })
	}
	do(t, db, org, func(tx *Tx) error { return ReviewImport(tx, i.ID) })
	return i.ID, nil
}

func importOrg(t *testing.T, db *DB) (org string) {
	t.Helper()
	do(t, db, "", func(tx *Tx) error {
		o, err := CreateOrganization(tx, NewOrganization{Name: "Acme", Plans: []string{"Core", "Ultimate"}})
		org = o.ID
		return err
	})
	return org
}

func rowStates(t *testing.T, db *DB, org, id string) (out []string) {
	t.Helper()
	do(t, db, org, func(tx *Tx) error {
		rows, err := ListImportRows(tx, id, 0, 0)
		out = nil
		for _, r := range rows {
			out = append(out, strings.TrimSuffix(fmt.Sprintf("%d %s %s", r.Number, r.State, r.Field), " "))
		}
		return err
	})
	return out
}

const importSample = `First Name;surname;E-Mail;Country;Plan;Role;Birth year;Shoe size
Ann;Lee;ann@acme.com;Germany;core;admin;1984;38
Ben;Roe;ben@acme;DE;;;;
Cid;Poe;cid@acme.com;Atlantis;Gold;boss;84;
;;;;;;;
Ann;Again;ANN@acme.com;DE;;;;
Dan;;dan@acme.com;;;;;
Old;Hand;old@acme.com;US;;;;
In;Vited;in@acme.com;US;;;;
Eve;Fox;eve@acme.com;US;;;;;;9
"Gil;Bad;gil@acme.com;US
`

// TestImportReview is SPEC P10: every bad row is named, with its column and reason, before anything is written.
func TestImportReview(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		org := importOrg(t, db)
		do(t, db, org, func(tx *Tx) error {
			if _, _, err := CreateInvite(tx, "in@acme.com", RoleMember); err != nil {
				return err
			}
			_, err := Provision(tx, Arrival{Source: SourceManual, Active: true, Profile: Profile{Email: "old@acme.com", FirstName: "O", LastName: "H"}})
			return err
		})
		do(t, db, org, func(tx *Tx) error {
			m, err := FindMemberByEmail(tx, "old@acme.com")
			if err != nil {
				return err
			}
			return updateMember(tx, m, map[string]any{"status": MemberActive})
		})
		id, err := importText(t, db, org, importSample)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"2 ready", "3 error email", "4 error country", "6 duplicate email", "7 error lastName", "8 member", "9 invited", "10 error", "11 error"}
		if got := rowStates(t, db, org, id); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q, want %q", got, want)
		}
		do(t, db, org, func(tx *Tx) error {
			row, err := FindImportRow(tx, id, 4)
			if err != nil {
				return err
			}
			for _, say := range []string{"Atlantis", "four digits", "boss", "Gold", "Core, Ultimate"} {
				if !strings.Contains(row.Message, say) {
					t.Errorf("no %q in %q", say, row.Message)
				}
			}
			if members, err := FindMemberByEmail(tx, "ann@acme.com"); CodeOf(err) != NotFound {
				t.Errorf("written before the word: %v %v", members, err)
			}
			if err := FixImportRow(tx, id, 3, Profile{FirstName: "Ben", LastName: "Roe", Email: "ann@acme.com", Country: "DE"}); CodeOf(err) != Invalid {
				t.Errorf("a second Ann: %v", err)
			}
			if err := FixImportRow(tx, id, 2, Profile{}); CodeOf(err) != Conflict {
				t.Errorf("a row without a fault: %v", err)
			}
			return FixImportRow(tx, id, 3, Profile{FirstName: "Ben", LastName: "Roe", Email: "ben@acme.com", Country: "DE"})
		})
		if got := rowStates(t, db, org, id)[1]; got != "3 ready" {
			t.Error(got)
		}
	})
}

func TestImportFileForms(t *testing.T) {
	header := "firstName,lastName,email,country"
	utf16 := func(s string) string {
		out := "\xff\xfe"
		for _, r := range s {
			out += string([]byte{byte(r), byte(r >> 8)})
		}
		return out
	}
	for name, tc := range map[string]struct{ text, encoding, separator, first string }{
		"comma":        {header + "\nJürgen,Lee,a@b.de,DE\n", EncodingUTF8, ",", "Jürgen"},
		"BOM":          {"\ufeff" + header + "\r\nJürgen,Lee,a@b.de,DE\r\n", EncodingUTF8, ",", "Jürgen"},
		"tab":          {strings.ReplaceAll(header, ",", "\t") + "\nJürgen\tLee\ta@b.de\tDE", EncodingUTF8, "\t", "Jürgen"},
		"semicolon":    {strings.ReplaceAll(header, ",", ";") + "\n\"Jür\ngen\";Lee;a@b.de;DE", EncodingUTF8, ";", "Jür gen"},
		"UTF-16":       {utf16(header + "\nJürgen,Lee,a@b.de,DE\n"), EncodingUTF16, ",", "Jürgen"},
		"Windows":      {header + "\nJ\xfcrgen,Lee,a@b.de,DE\n", EncodingWindows, ",", "Jürgen"},
		"old Mac":      {header + "\rJürgen,Lee,a@b.de,DE\r", EncodingUTF8, ",", "Jürgen"},
		"our download": {header + "\n'=Jürgen,Lee,a@b.de,DE\n", EncodingUTF8, ",", "=Jürgen"},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := OpenImportFile(strings.NewReader(tc.text))
			if err != nil {
				t.Fatal(err)
			}
			row, err := f.next()
			if err != nil || f.Encoding != tc.encoding || f.Separator != tc.separator || len(f.Header) != 4 || row.Cells[0] != tc.first || row.Number != 2 {
				t.Errorf("%+v %+v %v", f, row, err)
			}
		})
	}
	org := map[string]string{
		"":                                    "nothing in it",
		"PK\x03\x04\x00\x00\x00":              "not a CSV",
		"Ann,Lee,ann@acme.com,DE\n":           "must name the columns",
		"firstName,lastName,email\nA,B,c@d.e": "missing: country",
		"email,e-mail,firstName\n":            "Two columns mean email",
		header + "\n\n":                       "nobody below",
	}
	db := openTest(t, "sqlite:"+t.TempDir()+"/x.db")
	id := importOrg(t, db)
	for text, say := range org {
		if _, err := importText(t, db, id, text); err == nil || !strings.Contains(err.Error(), say) {
			t.Errorf("%q: %v, want %q", text, err, say)
		}
	}
}

// TestImportRun is the rest of SPEC P10: the job survives its worker, invites nobody twice, and one bad row costs no other.
func TestImportRun(t *testing.T) {
	onEngines(t, func(t *testing.T, db *DB) {
		org, twin := importOrg(t, db), importOrg(t, db)
		text := "firstName,lastName,email,country,plan,role\n"
		for i := range 60 {
			text += fmt.Sprintf("P%d,Lee,p%d@acme.com,DE,Ultimate,\n", i, i)
		}
		id, err := importText(t, db, org, text)
		if err != nil {
			t.Fatal(err)
		}
		claim := func(holder string) (i *Import) {
			do(t, db, "", func(tx *Tx) (err error) { i, err = ClaimImport(tx, holder); return err })
			return i
		}
		if claim("a") != nil {
			t.Error("claimed before the start")
		}
		if err := db.Update(t.Context(), public(twin), func(tx *Tx) error { return StartImport(tx, id) }); CodeOf(err) != NotFound {
			t.Errorf("the twin starts it: %v", err)
		}
		do(t, db, org, func(tx *Tx) error { return StartImport(tx, id) })
		if err := db.Update(t.Context(), public(org), func(tx *Tx) error { return StartImport(tx, id) }); CodeOf(err) != Conflict {
			t.Errorf("started twice: %v", err)
		}
		if i := claim("a"); i == nil || i.ID != id || claim("b") != nil {
			t.Fatal("the lease")
		}
		step := func(holder string, n int) (more bool) {
			do(t, db, org, func(tx *Tx) error { last, err := StepImport(tx, id, holder, 0, n); more = last > 0; return err })
			return more
		}
		step("a", 25)
		// p30 joins by another door meanwhile, and one step dies in its middle.
		do(t, db, org, func(tx *Tx) error { _, _, err := CreateInvite(tx, "p30@acme.com", RoleMember); return err })
		died := errors.New("died")
		if err := db.Update(t.Context(), public(org), func(tx *Tx) error {
			if _, err := StepImport(tx, id, "a", 0, 10); err != nil {
				return err
			}
			return died
		}); !errors.Is(err, died) {
			t.Fatal(err)
		}
		db.Now = func() time.Time { return testNow.Add(time.Minute) }
		if claim("b") == nil || step("a", 10) {
			t.Error("a goes on although b has it")
		}
		do(t, db, org, func(tx *Tx) error { return FailImportRow(tx, id, "b", died) })
		for step("b", 20) {
		}
		do(t, db, org, func(tx *Tx) error {
			i, err := FindImport(tx, id)
			if err != nil || i.State != ImportFinished {
				t.Errorf("%+v %v", i, err)
			}
			events, err := ListAuditEvents(tx, AuditQuery{Target: id, Limit: 10})
			if err != nil || len(events) != 3 || events[0].Action != "import.finished" || events[0].Changes != `{"done":58,"failed":1,"invited":1}` {
				t.Errorf("%+v %v", events, err)
			}
			c, err := CountImportRows(tx, id)
			if err != nil || c[RowDone] != 58 || c[RowFailed] != 1 || c[RowInvited] != 1 || c.Total() != 60 {
				t.Errorf("%v %v", c, err)
			}
			n, err := CountInvites(tx, true)
			if err != nil || n != 59 {
				t.Errorf("%d invites, %v", n, err)
			}
			m, err := FindMemberByEmail(tx, "p7@acme.com")
			plan, _ := tx.planName(m)
			if err != nil || m.Source != SourceCSV || m.Status != MemberInvited || m.Country != "DE" || plan != "Ultimate" {
				t.Errorf("%+v %v", m, err)
			}
			if err := CancelImport(tx, id); CodeOf(err) != Conflict {
				t.Errorf("cancelled when finished: %v", err)
			}
			return nil
		})
	})
}

func (tx *Tx) planName(m *Member) (string, error) {
	o, err := FindOrganization(tx)
	if err != nil {
		return "", err
	}
	plans, err := OrganizationPlans(tx, o)
	if err != nil {
		return "", err
	}
	return plans.NameOf(m.PlanID), nil
}

func FuzzImportFile(f *testing.F) {
	f.Add([]byte(importSample))
	f.Add([]byte("\xff\xfea\x00,\x00\n\x00"))
	f.Add([]byte("email;\"a\"b\";c\n\"\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := OpenImportFile(bytes.NewReader(data))
		if err != nil {
			return
		}
		r := NewImportReader(&Import{}, file)
		for more := true; more; {
			if _, more, err = r.Read(); err != nil {
				return
			}
		}
	})
}
