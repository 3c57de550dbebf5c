package models

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
)

// TestStatementsAreLoggedWithoutValues: a statement that fails is logged, what it was about is not (SPEC T3).
func TestStatementsAreLoggedWithoutValues(t *testing.T) {
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(before)
	onEngines(t, func(t *testing.T, db *DB) {
		log.Reset()
		by := Actor{Kind: ActorSystem, ID: "test", OrgID: "org-a"}
		err := db.View(context.Background(), by, func(tx *Tx) error {
			return tx.org().Where("no_such_column = ?", "very-secret-value").Find(&[]Member{}).Error
		})
		if err == nil || !strings.Contains(log.String(), "no_such_column") {
			t.Fatalf("%v; the log is %q", err, log.String())
		}
		if strings.Contains(log.String(), "very-secret-value") {
			t.Errorf("a value is in the log: %s", log.String())
		}
	})
}
