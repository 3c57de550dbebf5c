package worker

import (
	"context"
	"runtime/debug"
	"time"

	"rollcall/models"
)

// job is done every so often, by one replica.
type job struct {
	name  string
	every time.Duration
	do    func(context.Context, *Worker) error
}

// jobs are all periodic jobs.
var jobs = []job{
	{"forget", 10 * time.Minute, forget},
	{"metadata", 10 * time.Minute, readMetadata},
	{"domains", time.Minute, lookAtDomains},
	{"departures", 5 * time.Minute, carryOnDepartures},
	{"certificates", 6 * time.Hour, inSteps(models.AnnounceCertificates)},
	{"service_keys", 6 * time.Hour, inSteps(models.RollServiceKeys)},
	{"setup_links", time.Minute, inSteps(models.ExpireSetupLinks)},
	{"reminders", time.Hour, inSteps(models.RemindInvites)},
	{"holds", time.Hour, inSteps(models.AnnounceHolds)},
	{"health", time.Hour, inSteps(models.AnnounceHealth)},
	{"tokens", 6 * time.Hour, inSteps(models.AnnounceTokens)},
}

// lookEvery is how often a replica asks whether a job is due. The lease of a job lasts for its period, so that it is
// done once in that time however many replicas ask.
const lookEvery = time.Minute

func (w *Worker) runJobs(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		for _, j := range jobs {
			w.runJob(ctx, j)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// runJob does j if its lease is free. Each turn has a holder of its own: the same process must wait like any other.
func (w *Worker) runJob(ctx context.Context, j job) {
	defer func() {
		if r := recover(); r != nil {
			w.Log.Error("panic", "job", j.name, "stack", string(debug.Stack()))
		}
	}()
	var mine bool
	err := w.DB.Update(ctx, w.actor(), func(tx *models.Tx) (err error) {
		mine, err = models.TakeLease(tx, "job."+j.name, w.holder+"-"+tx.NewID("run"), j.every)
		return err
	})
	if err == nil && mine {
		err = j.do(ctx, w)
	}
	if err != nil && ctx.Err() == nil {
		w.Log.Error("a job failed", "job", j.name, "err", err)
	}
}

// forget deletes what has had its day: each kind of row in steps of its own, so that no transaction is long.
func forget(ctx context.Context, w *Worker) error {
	for _, kind := range models.Forgettable() {
		for {
			var n int64
			err := w.DB.Update(ctx, w.actor(), func(tx *models.Tx) (err error) {
				n, err = models.Forget(tx, kind)
				return err
			})
			if err != nil {
				return err
			}
			if n < models.ForgetStep {
				break
			}
		}
	}
	return nil
}
