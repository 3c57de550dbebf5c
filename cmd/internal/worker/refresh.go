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

// announceCertificates tells the organizations whose certificates end soon.
func announceCertificates(ctx context.Context, w *Worker) error {
	for after := ""; ; {
		err := w.DB.Update(ctx, w.actor(), func(tx *models.Tx) (err error) {
			after, err = models.AnnounceCertificates(tx, after)
			return err
		})
		if err != nil || after == "" {
			return err
		}
	}
}
