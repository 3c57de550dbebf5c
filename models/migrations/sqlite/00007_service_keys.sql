-- +goose Up
-- The roll-over of a connection's own key (SPEC S5): the next one is published before it is used, the past one still
-- opens what was encrypted for it.
ALTER TABLE connections ADD COLUMN next_key TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN next_cert TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN next_key_at TIMESTAMP;
ALTER TABLE connections ADD COLUMN past_key TEXT NOT NULL DEFAULT '';
ALTER TABLE connections ADD COLUMN past_key_at TIMESTAMP;

-- +goose Down
ALTER TABLE connections DROP COLUMN past_key_at;
ALTER TABLE connections DROP COLUMN past_key;
ALTER TABLE connections DROP COLUMN next_key_at;
ALTER TABLE connections DROP COLUMN next_cert;
ALTER TABLE connections DROP COLUMN next_key;
