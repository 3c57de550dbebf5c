-- +goose Up
-- Leaving (P7, P12, P13): what a departure waits for, the account that waits for a private address, the count of
-- leavers of the hour, and the review of a first sync.
ALTER TABLE members ADD COLUMN due_at TIMESTAMPTZ;
CREATE INDEX members_due ON members (due_at) WHERE due_at IS NOT NULL;

ALTER TABLE accounts ADD COLUMN personal_email TEXT NOT NULL DEFAULT '';
ALTER TABLE accounts ADD COLUMN suspended_for TEXT NOT NULL DEFAULT '';
ALTER TABLE account_tokens ADD COLUMN email TEXT NOT NULL DEFAULT '';

ALTER TABLE organizations ADD COLUMN leaver_floor BIGINT NOT NULL DEFAULT 10;
ALTER TABLE organizations ADD COLUMN leaver_percent BIGINT NOT NULL DEFAULT 20;
ALTER TABLE organizations ADD COLUMN leavers_since TIMESTAMPTZ;
ALTER TABLE organizations ADD COLUMN leavers BIGINT NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN leavers_allowed BIGINT NOT NULL DEFAULT 0;

ALTER TABLE directories ADD COLUMN review BOOLEAN NOT NULL DEFAULT FALSE;

-- +goose Down
SELECT 1;
