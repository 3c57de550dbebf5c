-- +goose Up
-- An operator's second factor, and the link by which one without a password chooses it.
ALTER TABLE operators ADD COLUMN totp_secret TEXT NOT NULL DEFAULT '';
ALTER TABLE operators ADD COLUMN totp_step BIGINT NOT NULL DEFAULT 0;
ALTER TABLE operators ADD COLUMN totp_proved_at TIMESTAMPTZ;
ALTER TABLE operators ADD COLUMN welcome_digest TEXT;
ALTER TABLE operators ADD COLUMN welcome_until TIMESTAMPTZ;
CREATE UNIQUE INDEX operators_welcome ON operators (welcome_digest);
ALTER TABLE sessions ADD COLUMN operator_id TEXT;

-- +goose Down
ALTER TABLE sessions DROP COLUMN operator_id;
DROP INDEX operators_welcome;
ALTER TABLE operators DROP COLUMN welcome_until;
ALTER TABLE operators DROP COLUMN welcome_digest;
ALTER TABLE operators DROP COLUMN totp_proved_at;
ALTER TABLE operators DROP COLUMN totp_step;
ALTER TABLE operators DROP COLUMN totp_secret;
