-- +goose Up
-- How many numbers (seq) of each 1,024 are of users who went, so that a page deep in a directory's list is found without
-- counting through it.
CREATE TABLE directory_gaps (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL REFERENCES directories (id),
  block BIGINT NOT NULL,
  gone BIGINT NOT NULL,
  PRIMARY KEY (directory_id, block)
);
INSERT INTO directory_gaps (organization_id, directory_id, block, gone)
WITH RECURSIVE blocks AS (
  SELECT organization_id, id AS directory_id, 0 AS block, next_seq - 1 AS last FROM directories WHERE next_seq - 1 > user_count
  UNION ALL
  SELECT organization_id, directory_id, block + 1, last FROM blocks WHERE (block + 1) * 1024 < last
), counted AS (
  SELECT b.organization_id, b.directory_id, b.block,
    CASE WHEN b.last < (b.block + 1) * 1024 THEN b.last - b.block * 1024 ELSE 1024 END AS size,
    (SELECT COUNT(*) FROM directory_users u WHERE u.directory_id = b.directory_id AND u.seq > b.block * 1024 AND u.seq <= (b.block + 1) * 1024) AS present
  FROM blocks b
)
SELECT organization_id, directory_id, block, size - present FROM counted WHERE size > present;

-- A user's further addresses are looked for only among those who have some.
CREATE INDEX directory_users_other_emails ON directory_users (directory_id, other_emails) WHERE other_emails <> '';

-- +goose Down
SELECT 1;
