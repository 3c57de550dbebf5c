-- +goose Up
-- What the operators' lists are sorted by: organizations by name, the mails that were given up, what one operator did and
-- what operators did on one day.
CREATE INDEX organizations_name ON organizations (LOWER(name), id);
CREATE INDEX outbox_given_up ON outbox (state, id, organization_id) WHERE state = 'discarded';
CREATE INDEX audit_events_by_operator ON audit_events (actor_id, id) WHERE actor_kind IN ('operator', 'acting');
CREATE INDEX audit_events_operator_day ON audit_events (at, id) WHERE actor_kind IN ('operator', 'acting');

-- +goose Down
DROP INDEX audit_events_operator_day;
DROP INDEX audit_events_by_operator;
DROP INDEX outbox_given_up;
DROP INDEX organizations_name;
