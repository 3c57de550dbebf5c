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

-- +goose Down
DROP TABLE import_counts;
