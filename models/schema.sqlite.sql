CREATE TABLE account_tokens (
  digest TEXT PRIMARY KEY,
  account_id TEXT NOT NULL REFERENCES accounts (id),
  kind TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
, email TEXT NOT NULL DEFAULT '')
CREATE INDEX account_tokens_account ON account_tokens (account_id)
CREATE TABLE accounts (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL DEFAULT '',
  password_hash TEXT NOT NULL DEFAULT '',
  email_proved_at TIMESTAMP,
  suspended_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
, personal_email TEXT NOT NULL DEFAULT '', suspended_for TEXT NOT NULL DEFAULT '')
CREATE TABLE audit_events (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL DEFAULT '',
  at TIMESTAMP NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT NOT NULL,
  action TEXT NOT NULL,
  target TEXT NOT NULL DEFAULT '',
  changes TEXT NOT NULL DEFAULT '{}',
  request_id TEXT NOT NULL DEFAULT '',
  ip TEXT NOT NULL DEFAULT ''
)
CREATE INDEX audit_events_by_operator ON audit_events (actor_id, id) WHERE actor_kind IN ('operator', 'acting')
CREATE INDEX audit_events_operator ON audit_events (id) WHERE actor_kind IN ('operator', 'acting')
CREATE INDEX audit_events_operator_day ON audit_events (at, id) WHERE actor_kind IN ('operator', 'acting')
CREATE INDEX audit_events_org ON audit_events (organization_id, id)
CREATE INDEX audit_events_target ON audit_events (target)
CREATE TABLE connection_settings (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  connection_id TEXT NOT NULL REFERENCES connections (id),
  entity_id TEXT NOT NULL DEFAULT '',
  sso_url TEXT NOT NULL DEFAULT '',
  sso_binding TEXT NOT NULL DEFAULT 'redirect',
  certificates TEXT NOT NULL DEFAULT '',
  metadata_url TEXT NOT NULL DEFAULT '',
  sign_requests BOOLEAN NOT NULL DEFAULT FALSE,
  encrypt BOOLEAN NOT NULL DEFAULT FALSE,
  hard_certificate_dates BOOLEAN NOT NULL DEFAULT FALSE,
  mapping TEXT NOT NULL DEFAULT '{}',
  digest TEXT NOT NULL DEFAULT '',
  tested_digest TEXT NOT NULL DEFAULT '',
  tested_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
)
CREATE INDEX connection_settings_connection ON connection_settings (connection_id)
CREATE TABLE connections (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  idp TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  wizard_step BIGINT NOT NULL DEFAULT 0,
  wizard_reached BIGINT NOT NULL DEFAULT 0,
  wizard_seen_at TIMESTAMP,
  active_settings_id TEXT,
  draft_settings_id TEXT,
  idp_initiated BOOLEAN NOT NULL DEFAULT FALSE,
  service_key TEXT NOT NULL DEFAULT '',
  service_cert TEXT NOT NULL DEFAULT '',
  activated_at TIMESTAMP,
  deactivated_at TIMESTAMP,
  deactivated_by TEXT NOT NULL DEFAULT '',
  revocation_id TEXT,
  metadata_due_at TIMESTAMP,
  metadata_fault TEXT NOT NULL DEFAULT '',
  metadata_fault_since TIMESTAMP,
  metadata_alerted_at TIMESTAMP,
  version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL
, next_key TEXT NOT NULL DEFAULT '', next_cert TEXT NOT NULL DEFAULT '', next_key_at TIMESTAMP, past_key TEXT NOT NULL DEFAULT '', past_key_at TIMESTAMP, wizard_way TEXT NOT NULL DEFAULT '')
CREATE INDEX connections_metadata_due ON connections (metadata_due_at)
CREATE INDEX connections_org ON connections (organization_id)
CREATE TABLE directories (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  idp TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  wizard_step BIGINT NOT NULL DEFAULT 0,
  wizard_reached BIGINT NOT NULL DEFAULT 0,
  wizard_seen_at TIMESTAMP,
  strict BOOLEAN NOT NULL DEFAULT FALSE,
  allow_guests BOOLEAN NOT NULL DEFAULT FALSE,
  mapping TEXT NOT NULL DEFAULT '{}',
  next_seq BIGINT NOT NULL DEFAULT 1,
  user_count BIGINT NOT NULL DEFAULT 0,
  first_request_at TIMESTAMP,
  last_request_at TIMESTAMP,
  activated_at TIMESTAMP,
  deactivated_at TIMESTAMP,
  deactivated_by TEXT NOT NULL DEFAULT '',
  revocation_id TEXT,
  version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL
, review BOOLEAN NOT NULL DEFAULT FALSE, wizard_way TEXT NOT NULL DEFAULT '')
CREATE INDEX directories_org ON directories (organization_id)
CREATE TABLE directory_gaps (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL REFERENCES directories (id),
  block BIGINT NOT NULL,
  gone BIGINT NOT NULL,
  PRIMARY KEY (directory_id, block)
)
CREATE TABLE directory_tokens (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL REFERENCES directories (id),
  digest TEXT NOT NULL UNIQUE,
  last_four TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  last_used_at TIMESTAMP,
  ended_at TIMESTAMP,
  revocation_id TEXT
, expires_at TIMESTAMP, announced BIGINT NOT NULL DEFAULT 0)
CREATE INDEX directory_tokens_directory ON directory_tokens (directory_id)
CREATE INDEX directory_tokens_expiry ON directory_tokens (expires_at)
CREATE TABLE directory_users (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL REFERENCES directories (id),
  member_id TEXT NOT NULL REFERENCES members (id),
  seq BIGINT NOT NULL,
  managed BOOLEAN NOT NULL DEFAULT FALSE,
  user_name TEXT NOT NULL,
  user_name_key TEXT NOT NULL,
  external_id TEXT,
  email_key TEXT NOT NULL DEFAULT '',
  other_emails TEXT NOT NULL DEFAULT '',
  active BOOLEAN NOT NULL DEFAULT TRUE,
  first_name TEXT NOT NULL DEFAULT '',
  last_name TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '',
  current_city TEXT NOT NULL DEFAULT '',
  current_state TEXT NOT NULL DEFAULT '',
  birth_year TEXT NOT NULL DEFAULT '',
  role TEXT NOT NULL DEFAULT '',
  plan TEXT NOT NULL DEFAULT '',
  document TEXT NOT NULL DEFAULT '{}',
  extra TEXT NOT NULL DEFAULT '{}',
  version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
)
CREATE INDEX directory_users_email ON directory_users (directory_id, email_key, seq)
CREATE INDEX directory_users_external ON directory_users (directory_id, external_id, seq)
CREATE INDEX directory_users_member ON directory_users (member_id, directory_id)
CREATE UNIQUE INDEX directory_users_name ON directory_users (directory_id, user_name_key)
CREATE INDEX directory_users_other_emails ON directory_users (directory_id, other_emails) WHERE other_emails <> ''
CREATE UNIQUE INDEX directory_users_seq ON directory_users (directory_id, seq)
CREATE TABLE domains (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  verified_name TEXT UNIQUE,
  txt_token TEXT NOT NULL,
  verified_at TIMESTAMP,
  checked_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
, proved_by_dns BOOLEAN NOT NULL DEFAULT FALSE)
CREATE INDEX domains_checked ON domains (state, checked_at)
CREATE UNIQUE INDEX domains_org_name ON domains (organization_id, name)
CREATE TABLE finish_tickets (
  digest TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  connection_id TEXT NOT NULL,
  sign_in_id TEXT NOT NULL,
  browser_digest TEXT NOT NULL,
  return_path TEXT NOT NULL DEFAULT '',
  identity TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
)
CREATE TABLE group_members (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  group_id TEXT NOT NULL REFERENCES groups (id),
  member_id TEXT NOT NULL REFERENCES members (id),
  PRIMARY KEY (group_id, member_id)
) WITHOUT ROWID
CREATE INDEX group_members_member ON group_members (member_id)
CREATE TABLE groups (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT REFERENCES directories (id),
  seq BIGINT NOT NULL,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  external_id TEXT,
  source TEXT NOT NULL,
  mapped_role TEXT NOT NULL DEFAULT '',
  mapped_plan_id TEXT REFERENCES plans (id),
  version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
, pushed_at TIMESTAMP, taken_over_at TIMESTAMP)
CREATE UNIQUE INDEX groups_org_name ON groups (organization_id, name_key)
CREATE UNIQUE INDEX groups_org_seq ON groups (organization_id, seq)
CREATE TABLE hidden_groups (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL REFERENCES directories (id),
  group_id TEXT NOT NULL REFERENCES groups (id),
  hidden_at TIMESTAMP NOT NULL,
  PRIMARY KEY (directory_id, group_id)
)
CREATE TABLE hidden_users (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL REFERENCES directories (id),
  member_id TEXT NOT NULL REFERENCES members (id),
  hidden_at TIMESTAMP NOT NULL,
  PRIMARY KEY (directory_id, member_id)
)
CREATE TABLE identities (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  connection_id TEXT NOT NULL REFERENCES connections (id),
  subject TEXT NOT NULL,
  member_id TEXT NOT NULL REFERENCES members (id),
  created_at TIMESTAMP NOT NULL,
  PRIMARY KEY (connection_id, subject)
)
CREATE INDEX identities_member ON identities (member_id)
CREATE TABLE impersonations (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  operator_id TEXT NOT NULL REFERENCES operators (id),
  session_digest TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP
)
CREATE INDEX impersonations_org ON impersonations (organization_id)
CREATE INDEX impersonations_session ON impersonations (session_digest)
CREATE TABLE import_counts (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  import_id TEXT NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
  state TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (organization_id, import_id, state)
)
CREATE TABLE import_rows (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  import_id TEXT NOT NULL REFERENCES imports (id),
  number INTEGER NOT NULL,
  state TEXT NOT NULL,
  field TEXT NOT NULL,
  message TEXT NOT NULL,
  email_key TEXT NOT NULL,
  cells TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL
)
CREATE INDEX import_rows_email ON import_rows (import_id, email_key)
CREATE INDEX import_rows_state ON import_rows (import_id, state, number)
CREATE TABLE imports (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  encoding TEXT NOT NULL,
  separator TEXT NOT NULL,
  header TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  started_at TIMESTAMP,
  finished_at TIMESTAMP,
  holder TEXT NOT NULL,
  leased_until TIMESTAMP
)
CREATE INDEX imports_org ON imports (organization_id, created_at)
CREATE INDEX imports_state ON imports (state)
CREATE TABLE invites (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  member_id TEXT NOT NULL REFERENCES members (id),
  email TEXT NOT NULL,
  role TEXT NOT NULL,
  passwords_disabled BOOLEAN NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  accepted_at TIMESTAMP,
  cancelled_at TIMESTAMP
, reminder_digest TEXT NOT NULL DEFAULT '')
CREATE INDEX invites_member ON invites (member_id)
CREATE INDEX invites_org ON invites (organization_id)
CREATE INDEX invites_reminder ON invites (reminder_digest) WHERE reminder_digest <> ''
CREATE INDEX invites_to_remind ON invites (expires_at) WHERE accepted_at IS NULL AND cancelled_at IS NULL AND reminder_digest = ''
CREATE TABLE leases (
  name TEXT PRIMARY KEY,
  holder TEXT NOT NULL,
  until TIMESTAMP NOT NULL
)
CREATE TABLE login_attempts (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  connection_id TEXT NOT NULL REFERENCES connections (id),
  settings_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  relay_digest TEXT NOT NULL UNIQUE,
  browser_digest TEXT NOT NULL,
  return_path TEXT NOT NULL DEFAULT '',
  expected_digest TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  used_at TIMESTAMP
)
CREATE INDEX login_attempts_expiry ON login_attempts (expires_at)
CREATE TABLE member_counts (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  status TEXT NOT NULL,
  plan_id TEXT NOT NULL,
  role TEXT NOT NULL,
  source TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (organization_id, status, plan_id, role, source)
)
CREATE TABLE members (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  account_id TEXT REFERENCES accounts (id),
  seq BIGINT NOT NULL,
  email TEXT NOT NULL DEFAULT '',
  email_key TEXT,
  first_name TEXT NOT NULL DEFAULT '',
  last_name TEXT NOT NULL DEFAULT '',
  country TEXT NOT NULL DEFAULT '',
  current_city TEXT NOT NULL DEFAULT '',
  current_state TEXT NOT NULL DEFAULT '',
  birth_year BIGINT NOT NULL DEFAULT 0,
  role TEXT NOT NULL DEFAULT 'member',
  role_source TEXT NOT NULL DEFAULT 'default',
  plan_id TEXT REFERENCES plans (id),
  plan_source TEXT NOT NULL DEFAULT 'default',
  kept_plan_id TEXT REFERENCES plans (id),
  return_plan_id TEXT REFERENCES plans (id),
  kept_role TEXT NOT NULL DEFAULT '',
  status TEXT NOT NULL,
  hold_reasons TEXT NOT NULL DEFAULT '',
  source TEXT NOT NULL,
  directory_id TEXT,
  blocked_at TIMESTAMP,
  deactivated_at TIMESTAMP,
  last_sign_in_at TIMESTAMP,
  version BIGINT NOT NULL DEFAULT 1,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
, due_at TIMESTAMP, name_key TEXT NOT NULL DEFAULT '', last_key TEXT NOT NULL DEFAULT '')
CREATE INDEX members_account ON members (account_id, organization_id)
CREATE INDEX members_attention ON members (status, organization_id) WHERE status IN ('held', 'leaving', 'waiting')
CREATE INDEX members_due ON members (due_at) WHERE due_at IS NOT NULL
CREATE INDEX members_org_admin ON members (organization_id, seq) WHERE role = 'admin'
CREATE UNIQUE INDEX members_org_email ON members (organization_id, email_key)
CREATE INDEX members_org_holds ON members (organization_id, seq) WHERE hold_reasons <> ''
CREATE INDEX members_org_last ON members (organization_id, last_key, seq)
CREATE INDEX members_org_name ON members (organization_id, name_key, email_key, seq)
CREATE INDEX members_org_plan ON members (organization_id, plan_id, seq)
CREATE UNIQUE INDEX members_org_seq ON members (organization_id, seq)
CREATE INDEX members_org_sign_in ON members (organization_id, last_sign_in_at, seq)
CREATE INDEX members_org_source ON members (organization_id, source, seq)
CREATE INDEX members_org_status ON members (organization_id, status, seq)
CREATE TABLE operators (
  id TEXT PRIMARY KEY,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL DEFAULT '',
  created_at TIMESTAMP NOT NULL
, totp_secret TEXT NOT NULL DEFAULT '', totp_step BIGINT NOT NULL DEFAULT 0, totp_proved_at TIMESTAMP, welcome_digest TEXT, welcome_until TIMESTAMP, disabled_at TIMESTAMP, last_sign_in_at TIMESTAMP)
CREATE UNIQUE INDEX operators_welcome ON operators (welcome_digest)
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
)
CREATE INDEX orders_customer ON orders (customer_ref) WHERE customer_ref <> ''
CREATE UNIQUE INDEX orders_open ON orders (organization_id) WHERE state IN ('open', 'pending')
CREATE INDEX orders_org ON orders (organization_id, created_at)
CREATE TABLE organization_plans (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  plan_id TEXT NOT NULL REFERENCES plans (id),
  PRIMARY KEY (organization_id, plan_id)
)
CREATE TABLE organizations (
  id TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  sso_bought BOOLEAN NOT NULL DEFAULT FALSE,
  scim_bought BOOLEAN NOT NULL DEFAULT FALSE,
  all_plans BOOLEAN NOT NULL DEFAULT FALSE,
  default_plan_id TEXT REFERENCES plans (id),
  disable_passwords BOOLEAN NOT NULL DEFAULT FALSE,
  add_members TEXT NOT NULL DEFAULT 'jit',
  deprovision TEXT NOT NULL DEFAULT 'downgrade',
  default_country TEXT NOT NULL DEFAULT '',
  support_contact TEXT NOT NULL DEFAULT '',
  session_hours INTEGER NOT NULL DEFAULT 24,
  idle_hours INTEGER NOT NULL DEFAULT 12,
  next_member_seq BIGINT NOT NULL DEFAULT 1,
  next_group_seq BIGINT NOT NULL DEFAULT 1,
  version BIGINT NOT NULL DEFAULT 1,
  settings_changed_by TEXT NOT NULL DEFAULT '',
  settings_changed_at TIMESTAMP,
  created_at TIMESTAMP NOT NULL
, leaver_floor BIGINT NOT NULL DEFAULT 10, leaver_percent BIGINT NOT NULL DEFAULT 20, leavers_since TIMESTAMP, leavers BIGINT NOT NULL DEFAULT 0, leavers_allowed BIGINT NOT NULL DEFAULT 0, require_sso BOOLEAN NOT NULL DEFAULT FALSE, seats BIGINT, seats_used BIGINT NOT NULL DEFAULT 0, seats_full_at TIMESTAMP, holds_told_at TIMESTAMP, health_mails BOOLEAN NOT NULL DEFAULT FALSE, health_mail_at TIMESTAMP, log_days INTEGER NOT NULL DEFAULT 30)
CREATE INDEX organizations_name ON organizations (LOWER(name), id)
CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL,
  payload TEXT NOT NULL DEFAULT '{}',
  secret TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL DEFAULT 'available',
  attempts BIGINT NOT NULL DEFAULT 0,
  last_error TEXT NOT NULL DEFAULT '',
  next_at TIMESTAMP NOT NULL,
  created_at TIMESTAMP NOT NULL,
  done_at TIMESTAMP
)
CREATE INDEX outbox_due ON outbox (state, next_at)
CREATE INDEX outbox_given_up ON outbox (state, id, organization_id) WHERE state = 'discarded'
CREATE TABLE person_labels (
  person_id TEXT NOT NULL PRIMARY KEY,
  organization_id TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL DEFAULT '',
  email TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID
CREATE TABLE plans (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_key TEXT NOT NULL UNIQUE,
  rank INTEGER NOT NULL,
  free BOOLEAN NOT NULL DEFAULT FALSE,
  retired BOOLEAN NOT NULL DEFAULT FALSE
)
CREATE TABLE prices (
  id TEXT PRIMARY KEY,
  product TEXT NOT NULL,
  plan_id TEXT NOT NULL DEFAULT '',
  currency TEXT NOT NULL,
  amount BIGINT NOT NULL,
  period TEXT NOT NULL,
  example BOOLEAN NOT NULL
)
CREATE UNIQUE INDEX prices_product ON prices (product, plan_id)
CREATE TABLE rate_buckets (
  name TEXT PRIMARY KEY,
  hits BIGINT NOT NULL,
  resets_at TIMESTAMP NOT NULL
)
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
)
CREATE INDEX receipts_org ON receipts (organization_id, at)
CREATE UNIQUE INDEX receipts_ref ON receipts (ref)
CREATE TABLE recovery_codes (
  digest TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  used_by TEXT NOT NULL DEFAULT '',
  used_at TIMESTAMP,
  ended_at TIMESTAMP
)
CREATE INDEX recovery_codes_org ON recovery_codes (organization_id)
CREATE TABLE revocations (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  kind TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  add_members_before TEXT NOT NULL DEFAULT '',
  connection_before TEXT NOT NULL DEFAULT '',
  directory_before TEXT NOT NULL DEFAULT '',
  members TEXT NOT NULL DEFAULT 'keep',
  undone_at TIMESTAMP
, require_sso_before BOOLEAN NOT NULL DEFAULT FALSE)
CREATE INDEX revocations_org ON revocations (organization_id, created_at)
CREATE TABLE sandbox_payments (
  ref TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  order_id TEXT NOT NULL REFERENCES orders (id),
  state TEXT NOT NULL,
  message TEXT NOT NULL DEFAULT ''
)
CREATE UNIQUE INDEX sandbox_payments_order ON sandbox_payments (order_id)
CREATE TABLE scim_exchanges (
  id INTEGER PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL,
  at TIMESTAMP NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  status INTEGER NOT NULL,
  scim_type TEXT NOT NULL DEFAULT '',
  cause TEXT NOT NULL DEFAULT '',
  changed TEXT NOT NULL DEFAULT '',
  person_id TEXT NOT NULL DEFAULT '',
  duration_us BIGINT NOT NULL DEFAULT 0
, reason TEXT NOT NULL DEFAULT '')
CREATE INDEX scim_exchanges_at ON scim_exchanges (at)
CREATE INDEX scim_exchanges_org ON scim_exchanges (organization_id, id)
CREATE TABLE scim_refusals (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  directory_id TEXT NOT NULL REFERENCES directories (id),
  kind TEXT NOT NULL,
  last_four TEXT NOT NULL DEFAULT '',
  hits BIGINT NOT NULL,
  first_at TIMESTAMP NOT NULL,
  last_at TIMESTAMP NOT NULL
)
CREATE UNIQUE INDEX scim_refusals_kind ON scim_refusals (directory_id, kind)
CREATE TABLE sessions (
  digest TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  account_id TEXT,
  organization_id TEXT NOT NULL DEFAULT '',
  member_id TEXT,
  connection_id TEXT,
  setup_link_id TEXT,
  data TEXT NOT NULL DEFAULT '{}',
  user_agent TEXT NOT NULL DEFAULT '',
  idle_seconds BIGINT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  seen_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  ended_at TIMESTAMP,
  revocation_id TEXT
, operator_id TEXT)
CREATE INDEX sessions_account ON sessions (account_id)
CREATE INDEX sessions_connection ON sessions (connection_id)
CREATE INDEX sessions_expiry ON sessions (expires_at)
CREATE INDEX sessions_member ON sessions (member_id)
CREATE INDEX sessions_operator ON sessions (operator_id) WHERE operator_id IS NOT NULL
CREATE TABLE setup_links (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  kind TEXT NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  last_four TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at TIMESTAMP NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  opened_at TIMESTAMP,
  started_at TIMESTAMP,
  ended_at TIMESTAMP,
  end_reason TEXT NOT NULL DEFAULT '',
  revocation_id TEXT
)
CREATE INDEX setup_links_org ON setup_links (organization_id, kind)
CREATE TABLE sign_ins (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  connection_id TEXT NOT NULL,
  attempt_id TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  expected TEXT NOT NULL DEFAULT '',
  received TEXT NOT NULL DEFAULT '',
  reference TEXT NOT NULL,
  person_id TEXT NOT NULL DEFAULT '',
  report TEXT NOT NULL DEFAULT '',
  started_at TIMESTAMP NOT NULL,
  responded_at TIMESTAMP,
  finished_at TIMESTAMP
)
CREATE INDEX sign_ins_attempt ON sign_ins (organization_id, attempt_id, seq)
CREATE INDEX sign_ins_connection ON sign_ins (connection_id, kind, seq)
CREATE INDEX sign_ins_org ON sign_ins (organization_id, seq)
CREATE INDEX sign_ins_person ON sign_ins (organization_id, person_id, seq)
CREATE INDEX sign_ins_reference ON sign_ins (organization_id, reference)
CREATE TABLE spent_assertions (
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  connection_id TEXT NOT NULL,
  assertion_digest TEXT NOT NULL,
  expires_at TIMESTAMP NOT NULL,
  PRIMARY KEY (connection_id, assertion_digest)
)
CREATE INDEX spent_assertions_expiry ON spent_assertions (expires_at)
CREATE TABLE watched_certificates (
  connection_id TEXT NOT NULL REFERENCES connections (id),
  fingerprint TEXT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organizations (id),
  missing_since TIMESTAMP,
  announced BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (connection_id, fingerprint)
)
