package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"rollcall/models"
)

// keyring is the ring of ROLLCALL_SECRET_KEY. On a loopback base URL a missing key is made and kept beside the
// database, where every later command finds it; on any other a missing key is an error (SPEC T3).
func (c *Config) keyring() (*models.Keyring, error) {
	if c.SecretKey == "" {
		if !c.Loopback() {
			return nil, missingError(c, []string{"SECRET_KEY"})
		}
		key, err := keptKey(c.keyFile())
		if err != nil {
			return nil, fmt.Errorf("ROLLCALL_SECRET_KEY is not set and cannot be kept in a file: %w", err)
		}
		if err := setSecretKey(c, key); err != nil {
			return nil, fmt.Errorf("the secret key in %s is damaged: it %w", c.keyFile(), err)
		}
	}
	return models.ParseKeyring(c.SecretKey)
}

// keyFile is where the made key is kept: beside a SQLite file; for PostgreSQL, which has no folder of its own, in the
// user's configuration folder under a name that hangs on the database.
func (c *Config) keyFile() string {
	if path, found := strings.CutPrefix(c.DatabaseURL, "sqlite:"); found {
		return path + ".key"
	}
	sum := sha256.Sum256([]byte(c.DatabaseURL))
	name := hex.EncodeToString(sum[:8]) + ".key"
	dir, err := os.UserConfigDir()
	if err != nil {
		return "rollcall-" + name
	}
	return filepath.Join(dir, "rollcall", name)
}

// keptKey reads the key in file, or makes one. The new file appears whole and only if there is none yet, so that a
// server and a command that start together end up with the same key.
func keptKey(file string) (string, error) {
	b, err := os.ReadFile(file)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return strings.TrimSpace(string(b)), err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", err
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), ".key-*") // made with mode 0600
	if err != nil {
		return "", err
	}
	defer os.Remove(fresh.Name())
	_, err = fresh.WriteString(models.NewSecretKey() + "\n")
	if err := errors.Join(err, fresh.Close()); err != nil {
		return "", err
	}
	if err := os.Link(fresh.Name(), file); err != nil && !errors.Is(err, os.ErrExist) {
		return "", err
	}
	b, err = os.ReadFile(file)
	return strings.TrimSpace(string(b)), err
}
