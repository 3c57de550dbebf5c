-- +goose Up
-- The list of members answers any filter and search from an index or from a stored count, however long it is.
ALTER TABLE members ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE members ADD COLUMN last_key TEXT NOT NULL DEFAULT '';
UPDATE members SET name_key = LOWER(TRIM(first_name || ' ' || last_name)), last_key = LOWER(TRIM(last_name || ' ' || first_name));
CREATE INDEX members_org_name ON members (organization_id, name_key);
CREATE INDEX members_org_last ON members (organization_id, last_key, seq);
CREATE INDEX members_org_plan ON members (organization_id, plan_id, seq);
CREATE INDEX members_org_source ON members (organization_id, source, seq);
CREATE INDEX members_org_admin ON members (organization_id, seq) WHERE role = 'admin';

CREATE TABLE member_counts (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  status TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  role TEXT NOT NULL,
  source TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (organization_id, status, plan_id, role, source)
);
INSERT INTO member_counts (organization_id, status, plan_id, role, source, n)
SELECT organization_id, status, COALESCE(plan_id, ''), role, source, COUNT(*) FROM members GROUP BY 1, 2, 3, 4, 5;

-- +goose Down
SELECT 1;
