-- +goose Up
-- What each product costs. plan_id '' is the price whatever the default plan is; example marks those that only the
-- sandbox sells at.
CREATE TABLE prices (
  id TEXT PRIMARY KEY,
  product TEXT NOT NULL,
  plan_id TEXT NOT NULL DEFAULT '',
  currency TEXT NOT NULL,
  amount BIGINT NOT NULL,
  period TEXT NOT NULL,
  example BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX prices_product ON prices (product, plan_id);

CREATE TABLE orders (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  product TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  currency TEXT NOT NULL,
  amount BIGINT NOT NULL,
  period TEXT NOT NULL,
  state TEXT NOT NULL,
  surplus BOOLEAN NOT NULL DEFAULT FALSE,
  message TEXT NOT NULL DEFAULT '',
  provider TEXT NOT NULL,
  provider_ref TEXT NOT NULL DEFAULT '',
  subscription_ref TEXT NOT NULL DEFAULT '',
  customer_ref TEXT NOT NULL DEFAULT '',
  billing_email TEXT NOT NULL DEFAULT '',
  billing_address TEXT NOT NULL DEFAULT '',
  tax_number TEXT NOT NULL DEFAULT '',
  po_number TEXT NOT NULL DEFAULT '',
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  paid_at TIMESTAMP,
  confirmed_at TIMESTAMP
);
CREATE INDEX orders_org ON orders (organization_id, created_at);
-- One attempt at a time: so nobody pays twice for the same thing.
CREATE UNIQUE INDEX orders_open ON orders (organization_id) WHERE state IN ('open', 'pending');
CREATE INDEX orders_customer ON orders (customer_ref) WHERE customer_ref <> '';

CREATE TABLE receipts (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  order_id TEXT NOT NULL REFERENCES orders (id),
  ref TEXT NOT NULL,
  number TEXT NOT NULL,
  currency TEXT NOT NULL,
  amount BIGINT NOT NULL,
  url TEXT NOT NULL,
  at TIMESTAMP NOT NULL
);
CREATE UNIQUE INDEX receipts_ref ON receipts (ref);
CREATE INDEX receipts_org ON receipts (organization_id, at);

-- What the sandbox, a payment provider that moves no money, knows of the payments that were begun with it.
CREATE TABLE sandbox_payments (
  ref TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  order_id TEXT NOT NULL REFERENCES orders (id),
  state TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX sandbox_payments_order ON sandbox_payments (order_id);

-- NULL seats: not counted. seats_used is kept only where they are.
ALTER TABLE organizations ADD COLUMN seats BIGINT;
ALTER TABLE organizations ADD COLUMN seats_used BIGINT NOT NULL DEFAULT 0;
ALTER TABLE organizations ADD COLUMN seats_full_at TIMESTAMP;

-- +goose Down
ALTER TABLE organizations DROP COLUMN seats_full_at;
ALTER TABLE organizations DROP COLUMN seats_used;
ALTER TABLE organizations DROP COLUMN seats;
DROP TABLE sandbox_payments;
DROP TABLE receipts;
DROP TABLE orders;
DROP TABLE prices;
