-- +goose Up
-- Which invites were reminded of, by a second token beside the first; and when the administrators were last told who is on hold.
ALTER TABLE invites ADD COLUMN reminder_digest TEXT NOT NULL DEFAULT '';
CREATE INDEX invites_reminder ON invites (reminder_digest) WHERE reminder_digest <> '';
CREATE INDEX invites_to_remind ON invites (expires_at) WHERE accepted_at IS NULL AND cancelled_at IS NULL AND reminder_digest = '';
ALTER TABLE organizations ADD COLUMN holds_told_at TIMESTAMPTZ;

-- +goose Down
ALTER TABLE organizations DROP COLUMN holds_told_at;
DROP INDEX invites_to_remind;
DROP INDEX invites_reminder;
ALTER TABLE invites DROP COLUMN reminder_digest;
