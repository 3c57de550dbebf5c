package worker

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/modelstest"
)

// TestImportSurvivesItsWorker is SPEC P10: a worker that dies in the middle is followed by another, and nobody is invited
// twice.
func TestImportSurvivesItsWorker(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		org := ""
		in := func(fn func(tx *models.Tx) error) {
			t.Helper()
			if err := db.Update(t.Context(), models.Actor{Kind: models.ActorOperator, ID: "command", OrgID: org}, fn); err != nil {
				t.Fatal(err)
			}
		}
		in(func(tx *models.Tx) error {
			o, err := models.CreateOrganization(tx, models.NewOrganization{Name: "Acme", Plans: []string{"Core"}})
			org = o.ID
			return err
		})
		text := "firstName,lastName,email,country\n"
		for i := range 130 {
			text += fmt.Sprintf("P%d,Lee,p%d@acme.com,DE\n", i, i)
		}
		f, err := models.OpenImportFile(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		var i *models.Import
		in(func(tx *models.Tx) (err error) { i, err = models.BeginImport(tx, "people.csv", f); return err })
		rows, _, err := models.NewImportReader(i, f).Read()
		if err != nil {
			t.Fatal(err)
		}
		in(func(tx *models.Tx) error {
			if err := models.NewImportReader(i, f).Keep(tx, rows); err != nil {
				return err
			}
			if err := models.ReviewImport(tx, i.ID); err != nil {
				return err
			}
			return models.StartImport(tx, i.ID)
		})
		// The first worker takes it, invites some and is heard of no more.
		in(func(tx *models.Tx) error { _, err := models.ClaimImport(tx, "dead"); return err })
		in(func(tx *models.Tx) error { _, err := models.StepImport(tx, i.ID, "dead", 0, 50); return err })
		second := &Worker{DB: db, Log: slog.New(slog.DiscardHandler), holder: "second"}
		if second.Import(t.Context()) {
			t.Error("two workers have one import")
		}
		clock.Forward(time.Minute)
		if !second.Import(t.Context()) {
			t.Error("nobody follows the dead worker")
		}
		in(func(tx *models.Tx) error {
			now, err := models.FindImport(tx, i.ID)
			if err != nil || now.State != models.ImportFinished {
				t.Errorf("%+v %v", now, err)
			}
			counts, err := models.CountImportRows(tx, i.ID)
			if err != nil || counts[models.RowDone] != 130 {
				t.Errorf("%v %v", counts, err)
			}
			if n, err := models.CountInvites(tx, false); err != nil || n != 130 {
				t.Errorf("%d invites, %v", n, err)
			}
			return nil
		})
	})
}
