-- +goose Up
-- Each lookup of the directory's hot path has an index that answers it whole, order included, so that no planner walks
-- a whole organization for one row.
CREATE INDEX members_org_account ON members (organization_id, account_id);
DROP INDEX directory_users_external;
CREATE INDEX directory_users_external ON directory_users (directory_id, external_id, seq);
DROP INDEX directory_users_email;
CREATE INDEX directory_users_email ON directory_users (directory_id, email_key, seq);
DROP INDEX directory_users_member;
CREATE INDEX directory_users_member ON directory_users (member_id, directory_id);

-- +goose Down
SELECT 1;
