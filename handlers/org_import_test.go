package handlers

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"rollcall/models"
)

const peopleCSV = "firstName;lastName;email;country;plan\r\n" +
	"Ann;Lee;ann@acme.com;Germany;core\r\n" +
	"Ben;Roe;ben@acme;DE;\r\n" +
	"=HYPERLINK(1);Poe;cid@acme.com;Atlantis;Gold\r\n" +
	"Ann;Again;ANN@acme.com;DE;\r\n" +
	"Jo;Miller;jo@acme.com;US;\r\n"

// TestImport is SPEC P10 over HTTP: five kinds of bad rows are named, nothing is written before the word, the rows with
// faults come back safely, and a twin sees nothing of it.
func TestImport(t *testing.T) {
	w := newWorld(t)
	before := w.invites()
	w.admin.get(importPath)
	w.admin.want(200, "CSV file", "paste the rows")
	w.admin.upload(importPath, nil, peopleCSV)
	w.admin.want(303)
	path := w.admin.last.Header().Get("Location")
	w.admin.get(path)
	w.admin.want(200, "metadata.xml", "semicolons", "1 person will be invited", "Errors 2", "Twice in the file 1", "Already members 1", "Ready 1",
		"“ben@acme” is not an e-mail address", "“Atlantis” is not a country", "“Gold” is not one of your plans (Core, Extended, Ultimate)")
	w.admin.get(path + "?show=duplicates")
	w.admin.want(200, "stands in line 2")
	if n := w.invites(); n != before {
		t.Errorf("%d invites before the word", n)
	}
	w.other.get(path)
	w.other.want(404)
	for _, act := range []string{"/start", "/cancel", "/rows/3"} {
		w.other.post(path + act)
		w.other.want(404)
	}
	w.other.get(path + "/faults.csv")
	w.other.want(404)

	w.admin.get(path + "/faults.csv")
	w.admin.want(200, "firstName;lastName;email;country;plan;error", "'=HYPERLINK(1);Poe;cid@acme.com;Atlantis;Gold;")
	w.admin.get(path + "/rows/3")
	w.admin.want(200, "is not an e-mail address", `value="ben@acme"`)
	w.admin.post(path+"/rows/3", "firstName", "Ben", "lastName", "Roe", "email", "ben@acme.com", "country", "")
	w.admin.want(422, "Choose the country", `value="ben@acme.com"`)
	w.admin.post(path+"/rows/3", "firstName", "Ben", "lastName", "Roe", "email", "ben@acme.com", "country", "DE")
	w.admin.leads(path)

	w.admin.post(path + "/start")
	w.admin.leads(path)
	w.admin.get(path)
	w.admin.want(200, "0 of 2 people", "<progress", "data-live", `http-equiv="refresh"`)
	w.admin.post(path + "/start")
	w.admin.want(409, "running already")
	w.carryOut(strings.TrimPrefix(path, importPath+"/"))
	w.admin.get(path)
	w.admin.want(200, "2 people invited", "Finished")
	if n := w.invites(); n != before+2 {
		t.Errorf("%d invites", n)
	}
	if m := w.member("ann@acme.com"); m.Source != models.SourceCSV || m.Status != models.MemberInvited || m.FirstName != "Ann" {
		t.Errorf("%+v", m)
	}
	// The rows with faults, corrected and sent again with the others, invite nobody twice.
	w.admin.post(importPath, "text", strings.ReplaceAll(strings.ReplaceAll(peopleCSV, "Atlantis", "FR"), "Gold", ""))
	w.admin.want(303)
	w.admin.get(w.admin.last.Header().Get("Location"))
	w.admin.want(200, "Pasted rows", "1 person will be invited", "Already invited 2")
	w.admin.get("/organization/activity")
	w.admin.want(200, "CSV")
}

func (w *world) invites() (n int64) {
	w.in(w.org, func(tx *models.Tx) (err error) { n, err = models.CountInvites(tx, false); return err })
	return n
}

// importOf is a reviewed import of an organization with a fault in line 2.
func (w *world) importOf(org *models.Organization) (id string) {
	w.in(org, func(tx *models.Tx) error {
		f, err := models.OpenImportFile(strings.NewReader("firstName,lastName,email,country\nA,B,c@acme,DE\n"))
		if err != nil {
			return err
		}
		i, err := models.BeginImport(tx, "people.csv", f)
		if err != nil {
			return err
		}
		id = i.ID
		r := models.NewImportReader(i, f)
		rows, _, err := r.Read()
		if err != nil {
			return err
		}
		if err := r.Keep(tx, rows); err != nil {
			return err
		}
		return models.ReviewImport(tx, i.ID)
	})
	return id
}

// carryOut does what the worker does.
func (w *world) carryOut(id string) {
	w.t.Helper()
	w.in(w.org, func(tx *models.Tx) error { _, err := models.ClaimImport(tx, "test"); return err })
	for more := true; more; {
		by := models.Actor{Kind: models.ActorMember, ID: "acc-x", OrgID: w.org.ID}
		err := w.db.Update(context.Background(), by, func(tx *models.Tx) (err error) {
			last, err := models.StepImport(tx, id, "test", 0, 20)
			more = last > 0
			return err
		})
		if err != nil {
			w.t.Fatal(err)
		}
	}
}

func TestImportRefusals(t *testing.T) {
	w := newWorld(t)
	w.admin.post(importPath, "text", " ")
	w.admin.want(422, "Choose a file, or paste")
	w.admin.upload(importPath, nil, "PK\x03\x04\x00\x00")
	w.admin.want(422, "This is not a CSV file")
	w.admin.upload(importPath, nil, " ")
	w.admin.want(422, "nothing in it")
	w.admin.post(importPath, "text", "name;mail\nJo;jo@acme.com")
	w.admin.want(422, "A column is missing", "name;mail")
	var many strings.Builder
	many.WriteString("firstName,lastName,email,country\n")
	for i := range models.MaxImportRows + 1 {
		fmt.Fprintf(&many, "A,B,p%d@acme.com,DE\n", i)
	}
	w.admin.upload(importPath, nil, many.String())
	w.admin.want(422, "more than 50000 rows")
	w.admin.upload(importPath, nil, strings.Repeat("x", 20<<20+1))
	w.admin.want(422, "larger than 20 MB")
	w.admin.upload(importPath, nil, strings.Repeat("x", 22<<20))
	w.admin.want(413)
	w.admin.get(importPath)
	if strings.Contains(text(w.admin.last), "metadata.xml") {
		t.Error("a refused file is listed")
	}
}

// TestImportFailedRows: a row that failed while the job ran stands in the download with its reason, the others are invited
// (SPEC P10).
func TestImportFailedRows(t *testing.T) {
	w := newWorld(t)
	w.admin.post(importPath, "text", "firstName,lastName,email,country\nAnn,Lee,ann@acme.com,DE\nBo,Lee,bo@acme.com,DE\n")
	w.admin.want(303)
	path := w.admin.last.Header().Get("Location")
	w.admin.post(path + "/start")
	id := strings.TrimPrefix(path, importPath+"/")
	w.in(w.org, func(tx *models.Tx) error {
		if _, err := models.ClaimImport(tx, "test"); err != nil {
			return err
		}
		return models.FailImportRow(tx, id, "test", context.DeadlineExceeded)
	})
	w.carryOut(id)
	w.admin.get(path)
	w.admin.want(200, "1 person invited", "Errors 1", "faults.csv")
	w.admin.get(path + "/faults.csv")
	w.admin.want(200, `Ann,Lee,ann@acme.com,DE,"This person could not be invited. Import the row again, or invite the person by hand."`)
	if body := w.admin.last.Body.String(); strings.Contains(body, "bo@acme.com") || strings.Contains(body, "deadline") {
		t.Error(body)
	}
	if m := w.member("bo@acme.com"); m.Status != models.MemberInvited {
		t.Errorf("%+v", m)
	}
}
