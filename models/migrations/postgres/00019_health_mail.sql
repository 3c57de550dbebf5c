-- +goose Up
-- The weekly mail about what needs attention: whether the organization wants it, and when it was last looked at for it.
ALTER TABLE organizations ADD COLUMN health_mails BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE organizations ADD COLUMN health_mail_at TIMESTAMPTZ;

-- +goose Down
ALTER TABLE organizations DROP COLUMN health_mail_at;
ALTER TABLE organizations DROP COLUMN health_mails;
