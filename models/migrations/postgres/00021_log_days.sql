-- +goose Up
-- How many days an organization keeps its sign-in log and its directory log.
ALTER TABLE organizations ADD COLUMN log_days BIGINT NOT NULL DEFAULT 30;

-- +goose Down
ALTER TABLE organizations DROP COLUMN log_days;
