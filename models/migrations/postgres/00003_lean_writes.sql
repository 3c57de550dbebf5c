-- +goose Up
-- Each index is paid for by every create. Nobody looks labels up by organization, and one index answers both ways to
-- find the members of an account.
DROP INDEX members_account;
DROP INDEX members_org_account;
CREATE INDEX members_account ON members (account_id, organization_id);
DROP INDEX person_labels_org;

-- +goose Down
SELECT 1;
