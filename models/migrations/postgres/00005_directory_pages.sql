-- +goose Up
-- Tokens may end on a day (T1), the directory log says its reason as a code and counts what its door refused (A2), and
-- a group knows when its directory last spoke of it (P9).
ALTER TABLE directory_tokens ADD COLUMN expires_at TIMESTAMPTZ;
ALTER TABLE directory_tokens ADD COLUMN announced BIGINT NOT NULL DEFAULT 0;
CREATE INDEX directory_tokens_expiry ON directory_tokens (expires_at);

ALTER TABLE scim_exchanges ADD COLUMN reason TEXT NOT NULL DEFAULT '';

CREATE TABLE scim_refusals (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL REFERENCES directories (id),
  kind TEXT NOT NULL,
  last_four TEXT NOT NULL DEFAULT '',
  hits BIGINT NOT NULL,
  first_at TIMESTAMPTZ NOT NULL,
  last_at TIMESTAMPTZ NOT NULL
);
CREATE UNIQUE INDEX scim_refusals_kind ON scim_refusals (directory_id, kind);

ALTER TABLE groups ADD COLUMN pushed_at TIMESTAMPTZ;
ALTER TABLE groups ADD COLUMN taken_over_at TIMESTAMPTZ;

-- +goose Down
SELECT 1;
