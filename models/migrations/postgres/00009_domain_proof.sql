-- +goose Up
-- Whether a domain's proof is a DNS record, which can get lost, or an operator's word, which cannot (SPEC O3).
ALTER TABLE domains ADD COLUMN proved_by_dns BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX domains_checked ON domains (state, checked_at);

-- +goose Down
DROP INDEX domains_checked;
ALTER TABLE domains DROP COLUMN proved_by_dns;
