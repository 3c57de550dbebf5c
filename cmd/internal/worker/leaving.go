package worker

import (
	"context"

	"rollcall/models"
)

// carryOnDepartures does what is due of people who left: removals that have waited their day, and erasures (SPEC P7,
// P12). Each is a unit of work of its own.
func carryOnDepartures(ctx context.Context, w *Worker) error {
	for {
		err := w.DB.Update(ctx, w.actor(), models.CarryOnDeparture)
		if models.CodeOf(err) == models.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
