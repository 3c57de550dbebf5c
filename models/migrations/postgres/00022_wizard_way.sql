-- +goose Up
-- Which of a provider's ways the setup follows, where its guide has several; '' until one is chosen.
ALTER TABLE connections ADD COLUMN wizard_way TEXT NOT NULL DEFAULT '';
ALTER TABLE directories ADD COLUMN wizard_way TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE connections DROP COLUMN wizard_way;
ALTER TABLE directories DROP COLUMN wizard_way;
