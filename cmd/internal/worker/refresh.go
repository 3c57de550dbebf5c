package worker

import (
	"context"

	"rollcall/models"
)

// readMetadata reads the metadata that is due, one connection after another (SPEC S5). Each is claimed first, so that
// no two replicas read the same.
func readMetadata(ctx context.Context, w *Worker) error {
	for {
		var look *models.MetadataLook
		err := w.DB.Update(ctx, w.actor(), func(tx *models.Tx) (err error) {
			look, err = models.ClaimMetadata(tx)
			return err
		})
		if models.CodeOf(err) == models.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		found, failed := w.Metadata(ctx, look.URL)
		if ctx.Err() != nil {
			return nil // the program stops: the claim runs out and somebody looks again
		}
		err = w.DB.Update(ctx, w.actor().In(look.OrganizationID), func(tx *models.Tx) error {
			if failed != nil {
				return models.MetadataUnreadable(tx, look, failed.Error())
			}
			return models.RefreshMetadata(tx, look, found)
		})
		if err != nil { // the next connection must not suffer from it
			w.Log.Error("a look at metadata was not noted", "connection", look.ConnectionID, "err", err)
		}
	}
}

// inSteps is a job that goes through all rows of a kind, each step in a transaction of its own. step looks at some rows
// after the one with the id that it is given, and answers the id to go on after, "" at the end.
func inSteps(step func(tx *models.Tx, after string) (string, error)) func(context.Context, *Worker) error {
	return func(ctx context.Context, w *Worker) error {
		for after := ""; ; {
			var next string
			err := w.DB.Update(ctx, w.actor(), func(tx *models.Tx) (err error) {
				next, err = step(tx, after)
				return err
			})
			if err != nil || next == "" {
				return err
			}
			after = next
		}
	}
}
