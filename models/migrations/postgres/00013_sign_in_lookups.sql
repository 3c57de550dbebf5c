-- +goose Up
-- The log's row of an attempt, which the ACS looks for with every response, and the sign-ins of one person. Without them
-- each sign-in walked the organization's whole log.
CREATE INDEX sign_ins_attempt ON sign_ins (organization_id, attempt_id, seq);
CREATE INDEX sign_ins_person ON sign_ins (organization_id, person_id, seq);

-- +goose Down
SELECT 1;
