-- +goose Up
-- The operators' desk: staff who were switched off, operators who act as an administrator, and what its pages look for.
ALTER TABLE operators ADD COLUMN disabled_at TIMESTAMPTZ;
ALTER TABLE operators ADD COLUMN last_sign_in_at TIMESTAMPTZ;
CREATE TABLE impersonations (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  operator_id TEXT NOT NULL REFERENCES operators (id),
  session_digest TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  expires_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ
);
CREATE INDEX impersonations_session ON impersonations (session_digest);
CREATE INDEX impersonations_org ON impersonations (organization_id);
CREATE INDEX sessions_operator ON sessions (operator_id) WHERE operator_id IS NOT NULL;
CREATE INDEX audit_events_operator ON audit_events (id) WHERE actor_kind IN ('operator', 'acting');
CREATE INDEX members_attention ON members (status, organization_id) WHERE status IN ('held', 'leaving', 'waiting');

-- +goose Down
DROP INDEX members_attention;
DROP INDEX audit_events_operator;
DROP INDEX sessions_operator;
DROP TABLE impersonations;
ALTER TABLE operators DROP COLUMN last_sign_in_at;
ALTER TABLE operators DROP COLUMN disabled_at;
