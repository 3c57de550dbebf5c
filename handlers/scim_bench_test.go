package handlers

import (
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"path/filepath"
	"sync/atomic"
	"testing"

	_ "github.com/mattn/go-sqlite3"

	"rollcall/models"
	"rollcall/models/modelstest"
)

// benchWorld is a server on SQLite with a directory of people who are active members.
func benchWorld(b *testing.B, people int) *scimWorld {
	b.Helper()
	db, clock := modelstest.NewDB(b)
	u, _ := url.Parse("http://localhost:8080")
	h := New(Config{DB: db, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), BaseURL: u, Payment: "sandbox"})
	w := &scimWorld{h: h, db: db, at: clock}
	o := modelstest.Org(b, db, "Acme", "acme.example")
	w.a = scimSide{org: o.ID, domain: "acme.example"}
	modelstest.Update(b, db, o.ID, func(tx *models.Tx) error {
		d, token, err := models.CreateDirectory(tx, models.NewDirectory{})
		w.a.dir, w.a.token = d.ID, token
		return err
	})
	for i := range people {
		w.must(b, 201, "POST", "/Users", scimUser(fmt.Sprint("p", i), w.a.domain))
	}
	return w
}

func (w *scimWorld) must(b *testing.B, want int, method, path, body string) string {
	r := w.send(w.a, method, path, body)
	if r.Code != want {
		b.Errorf("%s %s: %d %s", method, path, r.Code, r.Body)
	}
	return r.Header().Get("Location")
}

// BenchmarkSCIM measures requests of eight callers at a time, without a network; compare with BenchmarkFloor of the same
// run (docs/PERFORMANCE.md).
func BenchmarkSCIM(b *testing.B) {
	w := benchWorld(b, 1000)
	var n atomic.Int64
	id := func() string {
		at := w.must(b, 201, "POST", "/Users", scimUser(fmt.Sprint("one", n.Add(1)), w.a.domain))
		return "/Users" + at[len(at)-31:]
	}()
	for _, request := range []struct {
		name string
		run  func(i int64)
	}{
		{"create", func(i int64) { w.must(b, 201, "POST", "/Users", scimUser(fmt.Sprint("new", i), w.a.domain)) }},
		{"get", func(int64) { w.must(b, 200, "GET", id, "") }},
		{"filter", func(i int64) {
			w.must(b, 200, "GET", "/Users?filter="+url.QueryEscape(fmt.Sprintf(`userName eq "p%d@acme.example"`, i%1000)), "")
		}},
		{"list", func(i int64) { w.must(b, 200, "GET", fmt.Sprintf("/Users?count=10&startIndex=%d", 1+i%900), "") }},
		{"patch", func(i int64) {
			w.must(b, 200, "PATCH", id, fmt.Sprintf(`{"Operations":[{"op":"replace","path":"name.familyName","value":"Doe%d"}]}`, i))
		}},
	} {
		b.Run(request.name, func(b *testing.B) {
			b.SetParallelism(4) // of each of two cores
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					request.run(n.Add(1))
				}
			})
		})
	}
}

// BenchmarkFloor is what SQLite can do at best for a caller who waits for the disk: one INSERT and one flush a request.
func BenchmarkFloor(b *testing.B) {
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(b.TempDir(), "floor.db")+"?_journal_mode=WAL&_synchronous=FULL")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, document TEXT NOT NULL)"); err != nil {
		b.Fatal(err)
	}
	var n atomic.Int64
	b.SetParallelism(4)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			name := fmt.Sprint("p", n.Add(1))
			if _, err := db.Exec("INSERT INTO people (name, document) VALUES (?, ?)", name, scimUser(name, "acme.example")); err != nil {
				b.Error(err)
			}
		}
	})
}
