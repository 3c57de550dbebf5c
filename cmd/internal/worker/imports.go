package worker

import (
	"context"
	"runtime/debug"
	"time"

	"rollcall/models"
)

// importBatch is how many people of a CSV are invited in one transaction: few enough that nobody waits for the writer.
const importBatch = 50

// runImports carries out the imports that administrators have started (SPEC P10), one at a time per replica.
func (w *Worker) runImports(ctx context.Context) {
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		for w.Import(ctx) {
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Import carries out one waiting import to its end, or until ctx ends, and tells whether there was one.
func (w *Worker) Import(ctx context.Context) (found bool) {
	defer func() {
		if r := recover(); r != nil {
			w.Log.Error("panic", "job", "import", "stack", string(debug.Stack()))
			found = false
		}
	}()
	var i *models.Import
	err := w.DB.Update(ctx, w.actor(), func(tx *models.Tx) (err error) {
		i, err = models.ClaimImport(tx, w.holder)
		return err
	})
	if err != nil || i == nil {
		if err != nil && ctx.Err() == nil {
			w.Log.Error("imports cannot be read", "err", err)
		}
		return false
	}
	return w.carryOut(ctx, i)
}

// carryOut goes through an import. When a step fails, its rows are tried one by one, and one that fails alone is noted
// and passed over.
func (w *Worker) carryOut(ctx context.Context, i *models.Import) bool {
	debug.FreeOSMemory() // what reading the file took goes back before the long part begins
	by := models.CreatorOf(i)
	limit, after := importBatch, int64(0)
	for ctx.Err() == nil {
		var last int64
		cause := w.DB.Update(ctx, by, func(tx *models.Tx) (err error) {
			last, err = models.StepImport(tx, i.ID, w.holder, after, limit)
			return err
		})
		if cause == nil && last == 0 {
			return true
		}
		after = max(after, last)
		if cause != nil && limit == 1 {
			w.Log.Warn("a row of an import failed", "import", i.ID, "err", cause)
			err := w.DB.Update(ctx, by, func(tx *models.Tx) error { return models.FailImportRow(tx, i.ID, w.holder, cause) })
			if err != nil {
				w.Log.Error("an import stands still until its lease ends", "import", i.ID, "err", err)
				return false
			}
			cause = nil
		}
		if limit = importBatch; cause != nil {
			limit = 1
		}
	}
	return false
}
