package worker

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rollcall/cmd/internal/mailer"
	"rollcall/models"
	"rollcall/models/modelstest"
	"rollcall/views"
)

// outbox is a fake mail server that notes what it got and answers what fail says.
type outbox struct {
	mu   sync.Mutex
	got  []mailer.Message
	fail func(mailer.Message) error
}

func (o *outbox) send(_ context.Context, m mailer.Message) error {
	if o.fail != nil {
		if err := o.fail(m); err != nil {
			return err
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.got = append(o.got, m)
	return nil
}

func newWorker(db *models.DB, o *outbox) *Worker {
	return &Worker{
		DB: db, Log: slog.New(slog.DiscardHandler), Send: o.send, holder: "test",
		Mail: Mail{BaseURL: "https://rollcall.example.com", Product: "Rollcall", Support: "help@example.com"},
	}
}

func queueMail(t *testing.T, db *models.DB, n int) {
	t.Helper()
	modelstest.Update(t, db, "", func(tx *models.Tx) error {
		for range n {
			row := models.NewMail("sign_in_link", "jo@acme.example", "/login/link/the-token", map[string]string{"name": "Jo", "email": "jo@acme.example"})
			if err := tx.Queue(row); err != nil {
				return err
			}
		}
		return nil
	})
}

// row is what the test looks at of an outbox row.
type row struct {
	state, lastError, secret string
	attempts                 int
}

func rowsOf(t *testing.T, db *models.DB) (out []row) {
	t.Helper()
	r, err := db.SQL().Query("SELECT state, last_error, secret, attempts FROM outbox ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for r.Next() {
		var x row
		if err := r.Scan(&x.state, &x.lastError, &x.secret, &x.attempts); err != nil {
			t.Fatal(err)
		}
		out = append(out, x)
	}
	return out
}

func once(t *testing.T, w *Worker) int {
	t.Helper()
	n, err := w.Once(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestEachRowOnce: six workers on one outbox deliver each row once.
func TestEachRowOnce(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, _ *modelstest.Clock) {
		const n = 200
		queueMail(t, db, n)
		var o outbox
		var group sync.WaitGroup
		for range 6 {
			group.Go(func() {
				w := newWorker(db, &o)
				for {
					if done, err := w.Once(context.Background()); err != nil || done == 0 {
						if err != nil {
							t.Error(err)
						}
						return
					}
				}
			})
		}
		group.Wait()
		seen := map[string]int{}
		for _, m := range o.got {
			seen[m.ID]++
		}
		if len(seen) != n || len(o.got) != n {
			t.Errorf("%d messages of %d rows, want %d", len(o.got), len(seen), n)
		}
		m := o.got[0]
		link := "https://rollcall.example.com/login/link/the-token"
		if m.To != "jo@acme.example" || !strings.Contains(m.Text, link) || !strings.Contains(m.HTML, link) || m.Subject == "" || !m.Date.Equal(modelstest.Start) {
			t.Errorf("the message: %+v", m)
		}
		for _, r := range rowsOf(t, db) {
			if r.state != models.OutboxCompleted || r.secret != "" || r.attempts != 1 {
				t.Fatalf("a row afterwards: %+v", r)
			}
		}
	})
}

// TestRetry: a failure that may pass is tried again later, with a growing wait, as the same message, and given up in
// the end.
func TestRetry(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		queueMail(t, db, 1)
		o := &outbox{fail: func(mailer.Message) error { return errors.New("dial tcp: refused jo@acme.example") }}
		w := newWorker(db, o)
		once(t, w)
		r := rowsOf(t, db)[0]
		if r.state != models.OutboxAvailable || r.lastError == "" || strings.Contains(r.lastError, "jo@") || r.secret == "" {
			t.Errorf("after one failure: %+v", r)
		}
		if n := once(t, w); n != 0 {
			t.Error("it was tried again at once")
		}
		for range 8 {
			clock.Forward(24 * time.Hour)
			if n := once(t, w); n != 1 {
				t.Fatal("it was not tried again")
			}
		}
		o.fail = nil
		clock.Forward(24 * time.Hour)
		once(t, w)
		if r := rowsOf(t, db)[0]; r.state != models.OutboxCompleted || r.attempts != 10 || r.secret != "" || r.lastError != "" {
			t.Errorf("after it was sent: %+v", r)
		}
		if len(o.got) != 1 || o.got[0].ID == "" {
			t.Errorf("got %+v", o.got)
		}
	})
}

func TestGivesUp(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		queueMail(t, db, 1)
		w := newWorker(db, &outbox{fail: func(mailer.Message) error { return errors.New("no") }})
		for range 12 {
			once(t, w)
			clock.Forward(24 * time.Hour)
		}
		if r := rowsOf(t, db)[0]; r.state != models.OutboxDiscarded || r.attempts != 10 {
			t.Errorf("after ten tries: %+v", r)
		}
	})
}

// TestCannotBeSent: rows that no try can send are given up at once, and a panic fails only its own row.
func TestCannotBeSent(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, _ *modelstest.Clock) {
		modelstest.Update(t, db, "", func(tx *models.Tx) error {
			return errors.Join(
				tx.Queue(&models.Outbox{Kind: "mail.sign_in_link", Payload: "{broken"}),
				tx.Queue(models.NewMail("nobody_knows", "jo@acme.example", "", nil)),
				tx.Queue(&models.Outbox{Kind: "pigeon.post", Payload: "{}"}),
				tx.Queue(models.NewMail("sign_in_link", "panic@acme.example", "/x", nil)),
				tx.Queue(models.NewMail("sign_in_link", "jo@acme.example", "/x", nil)),
				tx.Queue(&models.Outbox{Kind: "webhook.member.created", Payload: "{}"}),
			)
		})
		o := &outbox{fail: func(m mailer.Message) error {
			if m.To == "panic@acme.example" {
				panic("the secret link")
			}
			return nil
		}}
		once(t, newWorker(db, o))
		want := []string{models.OutboxDiscarded, models.OutboxDiscarded, models.OutboxDiscarded, models.OutboxDiscarded, models.OutboxCompleted, models.OutboxCompleted}
		for i, r := range rowsOf(t, db) {
			if r.state != want[i] || strings.Contains(r.lastError, "secret") || (want[i] == models.OutboxDiscarded) != (r.lastError != "") {
				t.Errorf("row %d: %+v, want %s", i, r, want[i])
			}
		}
		if len(o.got) != 1 {
			t.Errorf("%d messages, want 1", len(o.got))
		}
	})
}

// TestAgainAfterACrash: what a worker claimed and did not deliver comes again after its lease, under the same id.
func TestAgainAfterACrash(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		queueMail(t, db, 1)
		modelstest.Update(t, db, "", func(tx *models.Tx) error {
			_, err := models.ClaimOutbox(tx, 5)
			return err
		})
		o := &outbox{}
		w := newWorker(db, o)
		if n := once(t, w); n != 0 {
			t.Error("a leased row was taken")
		}
		clock.Forward(5 * time.Minute)
		if n := once(t, w); n != 1 || len(o.got) != 1 {
			t.Errorf("after the lease: %d rows, %d messages", n, len(o.got))
		}
	})
}

// TestJobsOnce: however many replicas ask, a job runs once in its time.
func TestJobsOnce(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		var mu sync.Mutex
		ran := 0
		j := job{"count", time.Hour, func(context.Context, *Worker) error {
			mu.Lock()
			defer mu.Unlock()
			ran++
			return nil
		}}
		round := func() {
			var group sync.WaitGroup
			for range 6 {
				w := newWorker(db, &outbox{})
				w.holder = rand.Text()
				group.Go(func() { w.runJob(context.Background(), j) })
			}
			group.Wait()
		}
		round()
		round()
		if ran != 1 {
			t.Errorf("ran %d times in its hour", ran)
		}
		clock.Forward(time.Hour + time.Second)
		round()
		if ran != 2 {
			t.Errorf("ran %d times in two hours", ran)
		}
	})
}

// TestForgetLive: the periodic clearing leaves what is still good.
func TestForgetLive(t *testing.T) {
	modelstest.OnEngines(t, func(t *testing.T, db *models.DB, clock *modelstest.Clock) {
		session := func() (token string) {
			modelstest.Update(t, db, "", func(tx *models.Tx) (err error) {
				token, err = models.CreateSession(tx, &models.Session{Kind: models.SessionWeb}, 48*time.Hour, 48*time.Hour)
				return err
			})
			return token
		}
		session()
		clock.Forward(80 * time.Hour)
		live := session()
		if err := forget(t.Context(), newWorker(db, &outbox{})); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := db.SQL().QueryRow("SELECT COUNT(*) FROM sessions").Scan(&n); err != nil || n != 1 {
			t.Errorf("%d sessions are left (%v), want the live one", n, err)
		}
		modelstest.Update(t, db, "", func(tx *models.Tx) error {
			_, err := models.FindSession(tx, models.SessionWeb, live)
			return err
		})
	})
}

// TestEveryMail: each mail that a rule queues has its words.
func TestEveryMail(t *testing.T) {
	names := map[string]bool{}
	for _, pattern := range []string{"../../../models/*.go", "../../../handlers/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, m := range mailName.FindAllStringSubmatch(string(text), -1) {
				names[m[1]] = true
			}
		}
	}
	for _, kind := range []string{"sign_in_link", "reset", "verify"} { // by the table tokenMail
		names[kind] = true
	}
	if len(names) < 10 {
		t.Fatalf("found only %v: the test looks in the wrong place", names)
	}
	for name := range names {
		if _, ok := views.WriteMail(name, views.MailFacts{}); !ok {
			t.Errorf("there are no words for the mail %q", name)
		}
	}
}

var mailName = regexp.MustCompile(`(?:NewMail\(|mailAdmins\(\w+, \w+, |h\.mail\(|fault\{\w+, "[\w.]+", )"(\w+)"`)
