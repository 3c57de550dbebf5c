-- +goose Up
-- How many rows of an import are in each state, so that nothing is counted when its progress is looked at.
CREATE TABLE import_counts (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (organization_id, import_id, state)
);
INSERT INTO import_counts (organization_id, import_id, state, n)
SELECT organization_id, import_id, state, COUNT(*) FROM import_rows GROUP BY 1, 2, 3;

-- A search for what stands inside names looks at this index alone.
DROP INDEX members_org_name;
CREATE INDEX members_org_name ON members (organization_id, name_key, email_key, seq);
CREATE INDEX members_org_sign_in ON members (organization_id, last_sign_in_at NULLS FIRST, seq);
CREATE INDEX members_org_holds ON members (organization_id, seq) WHERE hold_reasons <> '';

-- +goose Down
DROP INDEX members_org_holds;
DROP INDEX members_org_sign_in;
DROP INDEX members_org_name;
CREATE INDEX members_org_name ON members (organization_id, name_key);
DROP TABLE import_counts;
