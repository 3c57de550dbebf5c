-- +goose Up
-- Each index is paid for by every create. Nobody looks labels up by organization, and one index answers both ways to
-- find the members of an account. Labels and memberships of groups have no use for a row number beside their key.
DROP INDEX members_account;
DROP INDEX members_org_account;
CREATE INDEX members_account ON members (account_id, organization_id);

ALTER TABLE person_labels RENAME TO person_labels_before;
CREATE TABLE person_labels (
  person_id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
INSERT INTO person_labels SELECT person_id, organization_id, name, email FROM person_labels_before;
DROP TABLE person_labels_before;

ALTER TABLE group_members RENAME TO group_members_before;
CREATE TABLE group_members (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  group_id TEXT NOT NULL REFERENCES groups (id),
  member_id TEXT NOT NULL REFERENCES members (id),
  PRIMARY KEY (group_id, member_id)
) WITHOUT ROWID;
INSERT INTO group_members SELECT organization_id, group_id, member_id FROM group_members_before;
DROP TABLE group_members_before;
CREATE INDEX group_members_member ON group_members (member_id);

-- +goose Down
SELECT 1;
