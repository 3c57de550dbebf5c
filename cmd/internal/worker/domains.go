package worker

import (
	"context"
	"errors"
	"net"
	"time"

	"rollcall/models"
)

// dnsPatience is how long one look at the DNS may take.
const dnsPatience = 5 * time.Second

// lookAtDomains looks for the proofs of the domains that are due, one after another (SPEC O3). An answer that could not
// be had says nothing: only a server that knows of no record does.
func lookAtDomains(ctx context.Context, w *Worker) error {
	for ctx.Err() == nil {
		var d *models.Domain
		err := w.DB.Update(ctx, w.actor(), func(tx *models.Tx) (err error) {
			d, err = models.ClaimDomain(tx)
			return err
		})
		if models.CodeOf(err) == models.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		looking, done := context.WithTimeout(ctx, dnsPatience)
		records, err := w.LookupTXT(looking, d.TXTHost())
		done()
		if none := (*net.DNSError)(nil); err != nil && (!errors.As(err, &none) || !none.IsNotFound) {
			w.Log.Info("the DNS did not answer", "domain", d.ID)
			continue
		}
		err = w.DB.Update(ctx, w.actor().In(d.OrganizationID), func(tx *models.Tx) error {
			_, err := models.CheckDomain(tx, d.ID, records)
			return err
		})
		if err != nil { // another organization may have proved it meanwhile; the next domain must not suffer from it
			w.Log.Info("a look at a domain was not noted", "domain", d.ID, "err", err)
		}
	}
	return nil
}
