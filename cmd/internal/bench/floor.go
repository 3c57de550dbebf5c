package bench

import (
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"

	_ "github.com/mattn/go-sqlite3"
)

// floor is what net/http, database/sql and SQLite can do at best for a caller who waits for the disk: one statement and,
// for a write, one flush for each request. It knows no SCIM; it answers just enough of its shapes.
type floor struct {
	people                                        atomic.Int64
	insert, patch, put, remove, get, byName, list *sql.Stmt
	insertGroup, addMember                        *sql.Stmt
}

// ServeFloor serves a floor on a new SQLite file at path until it is interrupted, and prints its URL.
func ServeFloor(path string) error {
	f, err := openFloor(path)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	server := &http.Server{Handler: f}
	context.AfterFunc(ctx, func() { server.Close() })
	fmt.Printf("{\"url\":%q}\n", "http://"+ln.Addr().String())
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func openFloor(path string) (*floor, error) {
	source := "file:" + path + "?_journal_mode=WAL&_busy_timeout=5000&_synchronous=FULL"
	writer, err := sql.Open("sqlite3", source)
	if err != nil {
		return nil, err
	}
	writer.SetMaxOpenConns(1)
	_, err = writer.Exec(`CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL);
		CREATE TABLE teams (id TEXT PRIMARY KEY, body TEXT NOT NULL)`)
	if err != nil {
		return nil, err
	}
	reader, err := sql.Open("sqlite3", source)
	if err != nil {
		return nil, err
	}
	reader.SetMaxOpenConns(4)
	reader.SetMaxIdleConns(4)
	f := &floor{}
	for _, s := range []struct {
		to   **sql.Stmt
		db   *sql.DB
		text string
	}{
		{&f.insert, writer, "INSERT INTO people (id, name, body) VALUES (?, ?, ?)"},
		{&f.patch, writer, `UPDATE people SET body = replace(body, '"active":true', '"active":false') WHERE id = ? RETURNING body`},
		{&f.put, writer, "UPDATE people SET body = ? WHERE id = ? RETURNING body"},
		{&f.remove, writer, "DELETE FROM people WHERE id = ? RETURNING ''"},
		{&f.insertGroup, writer, "INSERT INTO teams (id, body) VALUES (?, ?)"},
		{&f.addMember, writer, `UPDATE teams SET body = replace(body, '"members":[', '"members":[' || ? || ',') WHERE id = ? RETURNING body`},
		{&f.get, reader, "SELECT body FROM people WHERE id = ?"},
		{&f.byName, reader, "SELECT body FROM people WHERE name = ?"},
		{&f.list, reader, "SELECT body FROM people ORDER BY rowid LIMIT ? OFFSET ?"},
	} {
		if *s.to, err = s.db.Prepare(s.text); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// ServeHTTP answers the requests of the load generator and no others.
func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	kind, id, _ := strings.Cut(strings.Trim(r.URL.Path, "/"), "/")
	switch kind + " " + r.Method {
	case "Users POST":
		f.people.Add(1)
		f.create(w, body, f.insert, between(body, `"userName":"`))
	case "Groups POST":
		f.create(w, body, f.insertGroup)
	case "Users GET":
		f.read(w, id, r.URL.RawQuery)
	case "Users PATCH":
		row(w, http.StatusOK, f.patch, id)
	case "Users PUT":
		row(w, http.StatusOK, f.put, string(body), id)
	case "Users DELETE":
		f.people.Add(-1)
		row(w, http.StatusNoContent, f.remove, id)
	case "Groups PATCH":
		from, to := bytes.Index(body, []byte(`"value":[`)), bytes.LastIndex(body, []byte("]}]"))
		row(w, http.StatusNoContent, f.addMember, string(body[from+len(`"value":[`):to]), id)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (f *floor) create(w http.ResponseWriter, body []byte, into *sql.Stmt, more ...any) {
	id := rand.Text()
	made := append([]byte(`{"id":"`+id+`",`), body[1:]...)
	if _, err := into.Exec(append(append([]any{id}, more...), string(made))...); err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	answer(w, http.StatusCreated, made)
}

func (f *floor) read(w http.ResponseWriter, id, query string) {
	if id != "" {
		row(w, http.StatusOK, f.get, id)
		return
	}
	values, _ := url.ParseQuery(query)
	if filter := values.Get("filter"); filter != "" {
		f.page(w, 1, f.byName, between([]byte(filter), ` eq "`))
		return
	}
	count, _ := strconv.Atoi(values.Get("count"))
	start, _ := strconv.Atoi(values.Get("startIndex"))
	f.page(w, f.people.Load(), f.list, count, start-1)
}

func (f *floor) page(w http.ResponseWriter, total int64, s *sql.Stmt, args ...any) {
	rows, err := s.Query(args...)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	defer rows.Close()
	out := []byte(`{"totalResults":` + strconv.FormatInt(total, 10) + `,"Resources":[`)
	var body sql.RawBytes
	for first := true; rows.Next() && rows.Scan(&body) == nil; first = false {
		if !first {
			out = append(out, ',')
		}
		out = append(out, body...)
	}
	answer(w, http.StatusOK, append(out, `]}`...))
}

// row answers with the one row that the statement gives.
func row(w http.ResponseWriter, status int, s *sql.Stmt, args ...any) {
	var body []byte
	if err := s.QueryRow(args...).Scan(&body); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	answer(w, status, body)
}

func answer(w http.ResponseWriter, status int, body []byte) {
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	w.Header().Set("Content-Type", "application/scim+json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// between is the text from after mark to the next quote.
func between(b []byte, mark string) string {
	_, rest, _ := bytes.Cut(b, []byte(mark))
	text, _, _ := bytes.Cut(rest, []byte{'"'})
	return string(text)
}
