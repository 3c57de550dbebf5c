// Package modelstest gives other rooms' tests a migrated database with a clock that only the test moves.
package modelstest

import (
	"context"
	"sync"
	"testing"
	"time"

	"rollcall/models"
	"rollcall/models/enginetest"
)

// Start is where a test's clock stands at first.
var Start = time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)

// Clock is a clock that stands still until it is moved. Safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Forward moves the clock.
func (c *Clock) Forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// OnEngines runs f on a migrated SQLite database and on a migrated PostgreSQL schema of its own, each with its clock.
func OnEngines(t *testing.T, f func(t *testing.T, db *models.DB, clock *Clock)) {
	enginetest.Each(t, func(t *testing.T, url string) {
		db, clock := open(t, url)
		f(t, db, clock)
	})
}

// NewDB is a migrated database of its own and its clock: on SQLite, or on PostgreSQL in the second run of Main.
func NewDB(t testing.TB) (*models.DB, *Clock) {
	t.Helper()
	if onPostgres {
		return open(t, enginetest.Postgres(t))
	}
	return open(t, enginetest.SQLite(t))
}

func open(t testing.TB, url string) (*models.DB, *Clock) {
	t.Helper()
	keys, err := models.ParseKeyring(models.NewSecretKey())
	if err != nil {
		t.Fatal(err)
	}
	db, err := models.Open(url, keys)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	addresses.Store(db, url)
	clock := &Clock{now: Start}
	db.Now = clock.Now
	if _, err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db, clock
}

// addresses are where the databases of NewDB are.
var addresses sync.Map // *models.DB to string

// Replica is another server's handle on the same database, with the same keys and clock.
func Replica(t testing.TB, db *models.DB) *models.DB {
	t.Helper()
	url, _ := addresses.Load(db)
	other, err := models.Open(url.(string), db.Keys())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	other.Now = db.Now
	return other
}

// Update runs fn as the command would, inside the organization org ("" for none), and fails the test on an error.
func Update(t testing.TB, db *models.DB, org string, fn func(*models.Tx) error) {
	t.Helper()
	by := models.Actor{Kind: models.ActorOperator, ID: "command", OrgID: org}
	if err := db.Update(context.Background(), by, fn); err != nil {
		t.Fatal(err)
	}
}

// Org makes an organization that has bought both integrations and all paid plans, with these verified domains.
func Org(t testing.TB, db *models.DB, name string, domains ...string) *models.Organization {
	t.Helper()
	var o *models.Organization
	Update(t, db, "", func(tx *models.Tx) (err error) {
		o, err = models.CreateOrganization(tx, models.NewOrganization{
			Name: name, Plans: []string{"Core", "Extended", "Ultimate"}, SSO: true, SCIM: true, Domains: domains, VerifiedDomains: true,
		})
		return err
	})
	return o
}
