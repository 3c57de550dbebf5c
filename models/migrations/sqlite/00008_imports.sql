-- +goose Up
-- A CSV of people to invite (SPEC P10): what was read, what became of each row.
CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  encoding TEXT NOT NULL,
  separator TEXT NOT NULL,
  header TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  started_at TIMESTAMP,
  finished_at TIMESTAMP,
  holder TEXT NOT NULL,
  leased_until TIMESTAMP
);
CREATE INDEX imports_org ON imports (organization_id, created_at);
CREATE INDEX imports_state ON imports (state);

CREATE TABLE import_rows (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  import_id TEXT NOT NULL REFERENCES imports (id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  field TEXT NOT NULL,
  message TEXT NOT NULL,
  email_key TEXT NOT NULL,
  cells TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
);
CREATE INDEX import_rows_state ON import_rows (import_id, state, number);
CREATE INDEX import_rows_email ON import_rows (import_id, email_key);

-- +goose Down
DROP TABLE import_rows;
DROP TABLE imports;
