-- +goose Up
-- Require SSO and its recovery codes (SPEC S8). Undo of a deactivation brings the switch back as it was.
ALTER TABLE organizations ADD COLUMN require_sso BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE revocations ADD COLUMN require_sso_before BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE recovery_codes (
  digest TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  used_by TEXT NOT NULL DEFAULT '',
  used_at TIMESTAMP,
  ended_at TIMESTAMP
);
CREATE INDEX recovery_codes_org ON recovery_codes (organization_id);

-- +goose Down
SELECT 1;
