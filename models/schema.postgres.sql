CREATE INDEX account_tokens_account ON account_tokens USING btree (account_id)
CREATE INDEX audit_events_by_operator ON audit_events USING btree (actor_id, id) WHERE (actor_kind = ANY (ARRAY['operator'::text, 'acting'::text]))
CREATE INDEX audit_events_operator ON audit_events USING btree (id) WHERE (actor_kind = ANY (ARRAY['operator'::text, 'acting'::text]))
CREATE INDEX audit_events_operator_day ON audit_events USING btree (at, id) WHERE (actor_kind = ANY (ARRAY['operator'::text, 'acting'::text]))
CREATE INDEX audit_events_org ON audit_events USING btree (organization_id, id)
CREATE INDEX audit_events_target ON audit_events USING btree (target)
CREATE INDEX connection_settings_connection ON connection_settings USING btree (connection_id)
CREATE INDEX connections_metadata_due ON connections USING btree (metadata_due_at)
CREATE INDEX connections_org ON connections USING btree (organization_id)
CREATE INDEX directories_org ON directories USING btree (organization_id)
CREATE INDEX directory_tokens_directory ON directory_tokens USING btree (directory_id)
CREATE INDEX directory_tokens_expiry ON directory_tokens USING btree (expires_at)
CREATE INDEX directory_users_email ON directory_users USING btree (directory_id, email_key, seq)
CREATE INDEX directory_users_external ON directory_users USING btree (directory_id, external_id, seq)
CREATE INDEX directory_users_member ON directory_users USING btree (member_id, directory_id)
CREATE INDEX directory_users_other_emails ON directory_users USING btree (directory_id, other_emails) WHERE (other_emails <> ''::text)
CREATE INDEX domains_checked ON domains USING btree (state, checked_at)
CREATE INDEX group_members_member ON group_members USING btree (member_id)
CREATE INDEX identities_member ON identities USING btree (member_id)
CREATE INDEX impersonations_org ON impersonations USING btree (organization_id)
CREATE INDEX impersonations_session ON impersonations USING btree (session_digest)
CREATE INDEX import_rows_email ON import_rows USING btree (import_id, email_key)
CREATE INDEX import_rows_state ON import_rows USING btree (import_id, state, number)
CREATE INDEX imports_org ON imports USING btree (organization_id, created_at)
CREATE INDEX imports_state ON imports USING btree (state)
CREATE INDEX invites_member ON invites USING btree (member_id)
CREATE INDEX invites_org ON invites USING btree (organization_id)
CREATE INDEX invites_reminder ON invites USING btree (reminder_digest) WHERE (reminder_digest <> ''::text)
CREATE INDEX invites_to_remind ON invites USING btree (expires_at) WHERE ((accepted_at IS NULL) AND (cancelled_at IS NULL) AND (reminder_digest = ''::text))
CREATE INDEX login_attempts_expiry ON login_attempts USING btree (expires_at)
CREATE INDEX members_account ON members USING btree (account_id, organization_id)
CREATE INDEX members_attention ON members USING btree (status, organization_id) WHERE (status = ANY (ARRAY['held'::text, 'leaving'::text, 'waiting'::text]))
CREATE INDEX members_due ON members USING btree (due_at) WHERE (due_at IS NOT NULL)
CREATE INDEX members_org_admin ON members USING btree (organization_id, seq) WHERE (role = 'admin'::text)
CREATE INDEX members_org_holds ON members USING btree (organization_id, seq) WHERE (hold_reasons <> ''::text)
CREATE INDEX members_org_last ON members USING btree (organization_id, last_key, seq)
CREATE INDEX members_org_name ON members USING btree (organization_id, name_key, email_key, seq)
CREATE INDEX members_org_plan ON members USING btree (organization_id, plan_id, seq)
CREATE INDEX members_org_sign_in ON members USING btree (organization_id, last_sign_in_at NULLS FIRST, seq)
CREATE INDEX members_org_source ON members USING btree (organization_id, source, seq)
CREATE INDEX members_org_status ON members USING btree (organization_id, status, seq)
CREATE INDEX orders_customer ON orders USING btree (customer_ref) WHERE (customer_ref <> ''::text)
CREATE INDEX orders_org ON orders USING btree (organization_id, created_at)
CREATE INDEX organizations_name ON organizations USING btree (lower(name), id)
CREATE INDEX outbox_due ON outbox USING btree (state, next_at)
CREATE INDEX outbox_given_up ON outbox USING btree (state, id, organization_id) WHERE (state = 'discarded'::text)
CREATE INDEX receipts_org ON receipts USING btree (organization_id, at)
CREATE INDEX recovery_codes_org ON recovery_codes USING btree (organization_id)
CREATE INDEX revocations_org ON revocations USING btree (organization_id, created_at)
CREATE INDEX scim_exchanges_at ON scim_exchanges USING btree (at)
CREATE INDEX scim_exchanges_org ON scim_exchanges USING btree (organization_id, id)
CREATE INDEX sessions_account ON sessions USING btree (account_id)
CREATE INDEX sessions_connection ON sessions USING btree (connection_id)
CREATE INDEX sessions_expiry ON sessions USING btree (expires_at)
CREATE INDEX sessions_member ON sessions USING btree (member_id)
CREATE INDEX sessions_operator ON sessions USING btree (operator_id) WHERE (operator_id IS NOT NULL)
CREATE INDEX setup_links_org ON setup_links USING btree (organization_id, kind)
CREATE INDEX sign_ins_attempt ON sign_ins USING btree (organization_id, attempt_id, seq)
CREATE INDEX sign_ins_connection ON sign_ins USING btree (connection_id, kind, seq)
CREATE INDEX sign_ins_org ON sign_ins USING btree (organization_id, seq)
CREATE INDEX sign_ins_person ON sign_ins USING btree (organization_id, person_id, seq)
CREATE INDEX sign_ins_reference ON sign_ins USING btree (organization_id, reference)
CREATE INDEX spent_assertions_expiry ON spent_assertions USING btree (expires_at)
CREATE UNIQUE INDEX account_tokens_pkey ON account_tokens USING btree (digest)
CREATE UNIQUE INDEX accounts_email_key_key ON accounts USING btree (email_key)
CREATE UNIQUE INDEX accounts_pkey ON accounts USING btree (id)
CREATE UNIQUE INDEX audit_events_pkey ON audit_events USING btree (id)
CREATE UNIQUE INDEX connection_settings_pkey ON connection_settings USING btree (id)
CREATE UNIQUE INDEX connections_pkey ON connections USING btree (id)
CREATE UNIQUE INDEX directories_pkey ON directories USING btree (id)
CREATE UNIQUE INDEX directory_gaps_pkey ON directory_gaps USING btree (directory_id, block)
CREATE UNIQUE INDEX directory_tokens_digest_key ON directory_tokens USING btree (digest)
CREATE UNIQUE INDEX directory_tokens_pkey ON directory_tokens USING btree (id)
CREATE UNIQUE INDEX directory_users_name ON directory_users USING btree (directory_id, user_name_key)
CREATE UNIQUE INDEX directory_users_pkey ON directory_users USING btree (id)
CREATE UNIQUE INDEX directory_users_seq ON directory_users USING btree (directory_id, seq)
CREATE UNIQUE INDEX domains_org_name ON domains USING btree (organization_id, name)
CREATE UNIQUE INDEX domains_pkey ON domains USING btree (id)
CREATE UNIQUE INDEX domains_verified_name_key ON domains USING btree (verified_name)
CREATE UNIQUE INDEX finish_tickets_pkey ON finish_tickets USING btree (digest)
CREATE UNIQUE INDEX group_members_pkey ON group_members USING btree (group_id, member_id)
CREATE UNIQUE INDEX groups_org_name ON groups USING btree (organization_id, name_key)
CREATE UNIQUE INDEX groups_org_seq ON groups USING btree (organization_id, seq)
CREATE UNIQUE INDEX groups_pkey ON groups USING btree (id)
CREATE UNIQUE INDEX hidden_groups_pkey ON hidden_groups USING btree (directory_id, group_id)
CREATE UNIQUE INDEX hidden_users_pkey ON hidden_users USING btree (directory_id, member_id)
CREATE UNIQUE INDEX identities_pkey ON identities USING btree (connection_id, subject)
CREATE UNIQUE INDEX impersonations_pkey ON impersonations USING btree (id)
CREATE UNIQUE INDEX import_counts_pkey ON import_counts USING btree (organization_id, import_id, state)
CREATE UNIQUE INDEX import_rows_pkey ON import_rows USING btree (id)
CREATE UNIQUE INDEX imports_pkey ON imports USING btree (id)
CREATE UNIQUE INDEX invites_digest_key ON invites USING btree (digest)
CREATE UNIQUE INDEX invites_pkey ON invites USING btree (id)
CREATE UNIQUE INDEX leases_pkey ON leases USING btree (name)
CREATE UNIQUE INDEX login_attempts_pkey ON login_attempts USING btree (id)
CREATE UNIQUE INDEX login_attempts_relay_digest_key ON login_attempts USING btree (relay_digest)
CREATE UNIQUE INDEX member_counts_pkey ON member_counts USING btree (organization_id, status, plan_id, role, source)
CREATE UNIQUE INDEX members_org_email ON members USING btree (organization_id, email_key)
CREATE UNIQUE INDEX members_org_seq ON members USING btree (organization_id, seq)
CREATE UNIQUE INDEX members_pkey ON members USING btree (id)
CREATE UNIQUE INDEX operators_email_key_key ON operators USING btree (email_key)
CREATE UNIQUE INDEX operators_pkey ON operators USING btree (id)
CREATE UNIQUE INDEX operators_welcome ON operators USING btree (welcome_digest)
CREATE UNIQUE INDEX orders_open ON orders USING btree (organization_id) WHERE (state = ANY (ARRAY['open'::text, 'pending'::text]))
CREATE UNIQUE INDEX orders_pkey ON orders USING btree (id)
CREATE UNIQUE INDEX organization_plans_pkey ON organization_plans USING btree (organization_id, plan_id)
CREATE UNIQUE INDEX organizations_pkey ON organizations USING btree (id)
CREATE UNIQUE INDEX organizations_slug_key ON organizations USING btree (slug)
CREATE UNIQUE INDEX outbox_pkey ON outbox USING btree (id)
CREATE UNIQUE INDEX person_labels_pkey ON person_labels USING btree (person_id)
CREATE UNIQUE INDEX plans_name_key_key ON plans USING btree (name_key)
CREATE UNIQUE INDEX plans_pkey ON plans USING btree (id)
CREATE UNIQUE INDEX prices_pkey ON prices USING btree (id)
CREATE UNIQUE INDEX prices_product ON prices USING btree (product, plan_id)
CREATE UNIQUE INDEX rate_buckets_pkey ON rate_buckets USING btree (name)
CREATE UNIQUE INDEX receipts_pkey ON receipts USING btree (id)
CREATE UNIQUE INDEX receipts_ref ON receipts USING btree (ref)
CREATE UNIQUE INDEX recovery_codes_pkey ON recovery_codes USING btree (digest)
CREATE UNIQUE INDEX revocations_pkey ON revocations USING btree (id)
CREATE UNIQUE INDEX sandbox_payments_order ON sandbox_payments USING btree (order_id)
CREATE UNIQUE INDEX sandbox_payments_pkey ON sandbox_payments USING btree (ref)
CREATE UNIQUE INDEX scim_exchanges_pkey ON scim_exchanges USING btree (id)
CREATE UNIQUE INDEX scim_refusals_kind ON scim_refusals USING btree (directory_id, kind)
CREATE UNIQUE INDEX scim_refusals_pkey ON scim_refusals USING btree (id)
CREATE UNIQUE INDEX sessions_pkey ON sessions USING btree (digest)
CREATE UNIQUE INDEX setup_links_digest_key ON setup_links USING btree (digest)
CREATE UNIQUE INDEX setup_links_pkey ON setup_links USING btree (id)
CREATE UNIQUE INDEX sign_ins_id_key ON sign_ins USING btree (id)
CREATE UNIQUE INDEX sign_ins_pkey ON sign_ins USING btree (seq)
CREATE UNIQUE INDEX spent_assertions_pkey ON spent_assertions USING btree (connection_id, assertion_digest)
CREATE UNIQUE INDEX watched_certificates_pkey ON watched_certificates USING btree (connection_id, fingerprint)
account_tokens.account_id text NOT NULL
account_tokens.created_at timestamp with time zone NOT NULL
account_tokens.digest text NOT NULL
account_tokens.email text NOT NULL DEFAULT ''::text
account_tokens.expires_at timestamp with time zone NOT NULL
account_tokens.kind text NOT NULL
account_tokens.used_at timestamp with time zone
accounts.created_at timestamp with time zone NOT NULL
accounts.email text NOT NULL
accounts.email_key text NOT NULL
accounts.email_proved_at timestamp with time zone
accounts.id text NOT NULL
accounts.name text NOT NULL DEFAULT ''::text
accounts.password_hash text NOT NULL DEFAULT ''::text
accounts.personal_email text NOT NULL DEFAULT ''::text
accounts.suspended_at timestamp with time zone
accounts.suspended_for text NOT NULL DEFAULT ''::text
audit_events.action text NOT NULL
audit_events.actor_id text NOT NULL
audit_events.actor_kind text NOT NULL
audit_events.at timestamp with time zone NOT NULL
audit_events.changes text NOT NULL DEFAULT '{}'::text
audit_events.id bigint NOT NULL
audit_events.ip text NOT NULL DEFAULT ''::text
audit_events.organization_id text NOT NULL DEFAULT ''::text
audit_events.request_id text NOT NULL DEFAULT ''::text
audit_events.target text NOT NULL DEFAULT ''::text
connection_settings.certificates text NOT NULL DEFAULT ''::text
connection_settings.connection_id text NOT NULL
connection_settings.created_at timestamp with time zone NOT NULL
connection_settings.digest text NOT NULL DEFAULT ''::text
connection_settings.encrypt boolean NOT NULL DEFAULT false
connection_settings.entity_id text NOT NULL DEFAULT ''::text
connection_settings.hard_certificate_dates boolean NOT NULL DEFAULT false
connection_settings.id text NOT NULL
connection_settings.mapping text NOT NULL DEFAULT '{}'::text
connection_settings.metadata_url text NOT NULL DEFAULT ''::text
connection_settings.organization_id text NOT NULL
connection_settings.sign_requests boolean NOT NULL DEFAULT false
connection_settings.sso_binding text NOT NULL DEFAULT 'redirect'::text
connection_settings.sso_url text NOT NULL DEFAULT ''::text
connection_settings.tested_at timestamp with time zone
connection_settings.tested_digest text NOT NULL DEFAULT ''::text
connection_settings.updated_at timestamp with time zone NOT NULL
connections.activated_at timestamp with time zone
connections.active_settings_id text
connections.created_at timestamp with time zone NOT NULL
connections.deactivated_at timestamp with time zone
connections.deactivated_by text NOT NULL DEFAULT ''::text
connections.draft_settings_id text
connections.id text NOT NULL
connections.idp text NOT NULL DEFAULT ''::text
connections.idp_initiated boolean NOT NULL DEFAULT false
connections.metadata_alerted_at timestamp with time zone
connections.metadata_due_at timestamp with time zone
connections.metadata_fault text NOT NULL DEFAULT ''::text
connections.metadata_fault_since timestamp with time zone
connections.next_cert text NOT NULL DEFAULT ''::text
connections.next_key text NOT NULL DEFAULT ''::text
connections.next_key_at timestamp with time zone
connections.organization_id text NOT NULL
connections.past_key text NOT NULL DEFAULT ''::text
connections.past_key_at timestamp with time zone
connections.revocation_id text
connections.service_cert text NOT NULL DEFAULT ''::text
connections.service_key text NOT NULL DEFAULT ''::text
connections.state text NOT NULL
connections.version bigint NOT NULL DEFAULT 1
connections.wizard_reached bigint NOT NULL DEFAULT 0
connections.wizard_seen_at timestamp with time zone
connections.wizard_step bigint NOT NULL DEFAULT 0
connections.wizard_way text NOT NULL DEFAULT ''::text
directories.activated_at timestamp with time zone
directories.allow_guests boolean NOT NULL DEFAULT false
directories.created_at timestamp with time zone NOT NULL
directories.deactivated_at timestamp with time zone
directories.deactivated_by text NOT NULL DEFAULT ''::text
directories.first_request_at timestamp with time zone
directories.id text NOT NULL
directories.idp text NOT NULL DEFAULT ''::text
directories.last_request_at timestamp with time zone
directories.mapping text NOT NULL DEFAULT '{}'::text
directories.next_seq bigint NOT NULL DEFAULT 1
directories.organization_id text NOT NULL
directories.review boolean NOT NULL DEFAULT false
directories.revocation_id text
directories.state text NOT NULL
directories.strict boolean NOT NULL DEFAULT false
directories.user_count bigint NOT NULL DEFAULT 0
directories.version bigint NOT NULL DEFAULT 1
directories.wizard_reached bigint NOT NULL DEFAULT 0
directories.wizard_seen_at timestamp with time zone
directories.wizard_step bigint NOT NULL DEFAULT 0
directories.wizard_way text NOT NULL DEFAULT ''::text
directory_gaps.block bigint NOT NULL
directory_gaps.directory_id text NOT NULL
directory_gaps.gone bigint NOT NULL
directory_gaps.organization_id text NOT NULL
directory_tokens.announced bigint NOT NULL DEFAULT 0
directory_tokens.created_at timestamp with time zone NOT NULL
directory_tokens.created_by text NOT NULL
directory_tokens.digest text NOT NULL
directory_tokens.directory_id text NOT NULL
directory_tokens.ended_at timestamp with time zone
directory_tokens.expires_at timestamp with time zone
directory_tokens.id text NOT NULL
directory_tokens.last_four text NOT NULL
directory_tokens.last_used_at timestamp with time zone
directory_tokens.organization_id text NOT NULL
directory_tokens.revocation_id text
directory_users.active boolean NOT NULL DEFAULT true
directory_users.birth_year text NOT NULL DEFAULT ''::text
directory_users.country text NOT NULL DEFAULT ''::text
directory_users.created_at timestamp with time zone NOT NULL
directory_users.current_city text NOT NULL DEFAULT ''::text
directory_users.current_state text NOT NULL DEFAULT ''::text
directory_users.directory_id text NOT NULL
directory_users.document text NOT NULL DEFAULT '{}'::text
directory_users.email text NOT NULL DEFAULT ''::text
directory_users.email_key text NOT NULL DEFAULT ''::text
directory_users.external_id text
directory_users.extra text NOT NULL DEFAULT '{}'::text
directory_users.first_name text NOT NULL DEFAULT ''::text
directory_users.id text NOT NULL
directory_users.last_name text NOT NULL DEFAULT ''::text
directory_users.managed boolean NOT NULL DEFAULT false
directory_users.member_id text NOT NULL
directory_users.organization_id text NOT NULL
directory_users.other_emails text NOT NULL DEFAULT ''::text
directory_users.plan text NOT NULL DEFAULT ''::text
directory_users.role text NOT NULL DEFAULT ''::text
directory_users.seq bigint NOT NULL
directory_users.updated_at timestamp with time zone NOT NULL
directory_users.user_name text NOT NULL
directory_users.user_name_key text NOT NULL
directory_users.version bigint NOT NULL DEFAULT 1
domains.checked_at timestamp with time zone
domains.created_at timestamp with time zone NOT NULL
domains.id text NOT NULL
domains.name text NOT NULL
domains.organization_id text NOT NULL
domains.proved_by_dns boolean NOT NULL DEFAULT false
domains.state text NOT NULL
domains.txt_token text NOT NULL
domains.verified_at timestamp with time zone
domains.verified_name text
finish_tickets.browser_digest text NOT NULL
finish_tickets.connection_id text NOT NULL
finish_tickets.created_at timestamp with time zone NOT NULL
finish_tickets.digest text NOT NULL
finish_tickets.expires_at timestamp with time zone NOT NULL
finish_tickets.identity text NOT NULL
finish_tickets.organization_id text NOT NULL
finish_tickets.return_path text NOT NULL DEFAULT ''::text
finish_tickets.sign_in_id text NOT NULL
finish_tickets.used_at timestamp with time zone
group_members.group_id text NOT NULL
group_members.member_id text NOT NULL
group_members.organization_id text NOT NULL
groups.created_at timestamp with time zone NOT NULL
groups.directory_id text
groups.external_id text
groups.id text NOT NULL
groups.mapped_plan_id text
groups.mapped_role text NOT NULL DEFAULT ''::text
groups.name text NOT NULL
groups.name_key text NOT NULL
groups.organization_id text NOT NULL
groups.pushed_at timestamp with time zone
groups.seq bigint NOT NULL
groups.source text NOT NULL
groups.taken_over_at timestamp with time zone
groups.updated_at timestamp with time zone NOT NULL
groups.version bigint NOT NULL DEFAULT 1
hidden_groups.directory_id text NOT NULL
hidden_groups.group_id text NOT NULL
hidden_groups.hidden_at timestamp with time zone NOT NULL
hidden_groups.organization_id text NOT NULL
hidden_users.directory_id text NOT NULL
hidden_users.hidden_at timestamp with time zone NOT NULL
hidden_users.member_id text NOT NULL
hidden_users.organization_id text NOT NULL
identities.connection_id text NOT NULL
identities.created_at timestamp with time zone NOT NULL
identities.member_id text NOT NULL
identities.organization_id text NOT NULL
identities.subject text NOT NULL
impersonations.created_at timestamp with time zone NOT NULL
impersonations.ended_at timestamp with time zone
impersonations.expires_at timestamp with time zone NOT NULL
impersonations.id text NOT NULL
impersonations.operator_id text NOT NULL
impersonations.organization_id text NOT NULL
impersonations.reason text NOT NULL
impersonations.session_digest text NOT NULL
import_counts.import_id text NOT NULL
import_counts.n bigint NOT NULL
import_counts.organization_id text NOT NULL
import_counts.state text NOT NULL
import_rows.cells text NOT NULL
import_rows.created_at timestamp with time zone NOT NULL
import_rows.email_key text NOT NULL
import_rows.field text NOT NULL
import_rows.id bigint NOT NULL
import_rows.import_id text NOT NULL
import_rows.message text NOT NULL
import_rows.number bigint NOT NULL
import_rows.organization_id text NOT NULL
import_rows.state text NOT NULL
imports.created_at timestamp with time zone NOT NULL
imports.created_by text NOT NULL
imports.encoding text NOT NULL
imports.finished_at timestamp with time zone
imports.header text NOT NULL
imports.holder text NOT NULL
imports.id text NOT NULL
imports.leased_until timestamp with time zone
imports.name text NOT NULL
imports.organization_id text NOT NULL
imports.separator text NOT NULL
imports.started_at timestamp with time zone
imports.state text NOT NULL
invites.accepted_at timestamp with time zone
invites.cancelled_at timestamp with time zone
invites.created_at timestamp with time zone NOT NULL
invites.created_by text NOT NULL
invites.digest text NOT NULL
invites.email text NOT NULL
invites.expires_at timestamp with time zone NOT NULL
invites.id text NOT NULL
invites.member_id text NOT NULL
invites.organization_id text NOT NULL
invites.passwords_disabled boolean NOT NULL
invites.reminder_digest text NOT NULL DEFAULT ''::text
invites.role text NOT NULL
leases.holder text NOT NULL
leases.name text NOT NULL
leases.until timestamp with time zone NOT NULL
login_attempts.browser_digest text NOT NULL
login_attempts.connection_id text NOT NULL
login_attempts.created_at timestamp with time zone NOT NULL
login_attempts.expected_digest text NOT NULL DEFAULT ''::text
login_attempts.expires_at timestamp with time zone NOT NULL
login_attempts.id text NOT NULL
login_attempts.kind text NOT NULL
login_attempts.organization_id text NOT NULL
login_attempts.relay_digest text NOT NULL
login_attempts.return_path text NOT NULL DEFAULT ''::text
login_attempts.settings_id text NOT NULL
login_attempts.used_at timestamp with time zone
member_counts.n bigint NOT NULL
member_counts.organization_id text NOT NULL
member_counts.plan_id text NOT NULL
member_counts.role text NOT NULL
member_counts.source text NOT NULL
member_counts.status text NOT NULL
members.account_id text
members.birth_year bigint NOT NULL DEFAULT 0
members.blocked_at timestamp with time zone
members.country text NOT NULL DEFAULT ''::text
members.created_at timestamp with time zone NOT NULL
members.current_city text NOT NULL DEFAULT ''::text
members.current_state text NOT NULL DEFAULT ''::text
members.deactivated_at timestamp with time zone
members.directory_id text
members.due_at timestamp with time zone
members.email text NOT NULL DEFAULT ''::text
members.email_key text
members.first_name text NOT NULL DEFAULT ''::text
members.hold_reasons text NOT NULL DEFAULT ''::text
members.id text NOT NULL
members.kept_plan_id text
members.kept_role text NOT NULL DEFAULT ''::text
members.last_key text NOT NULL DEFAULT ''::text
members.last_name text NOT NULL DEFAULT ''::text
members.last_sign_in_at timestamp with time zone
members.name_key text NOT NULL DEFAULT ''::text
members.organization_id text NOT NULL
members.plan_id text
members.plan_source text NOT NULL DEFAULT 'default'::text
members.return_plan_id text
members.role text NOT NULL DEFAULT 'member'::text
members.role_source text NOT NULL DEFAULT 'default'::text
members.seq bigint NOT NULL
members.source text NOT NULL
members.status text NOT NULL
members.updated_at timestamp with time zone NOT NULL
members.version bigint NOT NULL DEFAULT 1
operators.created_at timestamp with time zone NOT NULL
operators.disabled_at timestamp with time zone
operators.email text NOT NULL
operators.email_key text NOT NULL
operators.id text NOT NULL
operators.last_sign_in_at timestamp with time zone
operators.password_hash text NOT NULL DEFAULT ''::text
operators.totp_proved_at timestamp with time zone
operators.totp_secret text NOT NULL DEFAULT ''::text
operators.totp_step bigint NOT NULL DEFAULT 0
operators.welcome_digest text
operators.welcome_until timestamp with time zone
orders.amount bigint NOT NULL
orders.billing_address text NOT NULL DEFAULT ''::text
orders.billing_email text NOT NULL DEFAULT ''::text
orders.confirmed_at timestamp with time zone
orders.created_at timestamp with time zone NOT NULL
orders.created_by text NOT NULL
orders.currency text NOT NULL
orders.customer_ref text NOT NULL DEFAULT ''::text
orders.expires_at timestamp with time zone NOT NULL
orders.id text NOT NULL
orders.message text NOT NULL DEFAULT ''::text
orders.organization_id text NOT NULL
orders.paid_at timestamp with time zone
orders.period text NOT NULL
orders.po_number text NOT NULL DEFAULT ''::text
orders.product text NOT NULL
orders.provider text NOT NULL
orders.provider_ref text NOT NULL DEFAULT ''::text
orders.quantity bigint NOT NULL
orders.state text NOT NULL
orders.subscription_ref text NOT NULL DEFAULT ''::text
orders.surplus boolean NOT NULL DEFAULT false
orders.tax_number text NOT NULL DEFAULT ''::text
organization_plans.organization_id text NOT NULL
organization_plans.plan_id text NOT NULL
organizations.add_members text NOT NULL DEFAULT 'jit'::text
organizations.all_plans boolean NOT NULL DEFAULT false
organizations.created_at timestamp with time zone NOT NULL
organizations.default_country text NOT NULL DEFAULT ''::text
organizations.default_plan_id text
organizations.deprovision text NOT NULL DEFAULT 'downgrade'::text
organizations.disable_passwords boolean NOT NULL DEFAULT false
organizations.health_mail_at timestamp with time zone
organizations.health_mails boolean NOT NULL DEFAULT false
organizations.holds_told_at timestamp with time zone
organizations.id text NOT NULL
organizations.idle_hours bigint NOT NULL DEFAULT 12
organizations.leaver_floor bigint NOT NULL DEFAULT 10
organizations.leaver_percent bigint NOT NULL DEFAULT 20
organizations.leavers bigint NOT NULL DEFAULT 0
organizations.leavers_allowed bigint NOT NULL DEFAULT 0
organizations.leavers_since timestamp with time zone
organizations.log_days bigint NOT NULL DEFAULT 30
organizations.name text NOT NULL
organizations.next_group_seq bigint NOT NULL DEFAULT 1
organizations.next_member_seq bigint NOT NULL DEFAULT 1
organizations.require_sso boolean NOT NULL DEFAULT false
organizations.scim_bought boolean NOT NULL DEFAULT false
organizations.seats bigint
organizations.seats_full_at timestamp with time zone
organizations.seats_used bigint NOT NULL DEFAULT 0
organizations.session_hours bigint NOT NULL DEFAULT 24
organizations.settings_changed_at timestamp with time zone
organizations.settings_changed_by text NOT NULL DEFAULT ''::text
organizations.slug text NOT NULL
organizations.sso_bought boolean NOT NULL DEFAULT false
organizations.support_contact text NOT NULL DEFAULT ''::text
organizations.version bigint NOT NULL DEFAULT 1
outbox.attempts bigint NOT NULL DEFAULT 0
outbox.created_at timestamp with time zone NOT NULL
outbox.done_at timestamp with time zone
outbox.id bigint NOT NULL
outbox.kind text NOT NULL
outbox.last_error text NOT NULL DEFAULT ''::text
outbox.next_at timestamp with time zone NOT NULL
outbox.organization_id text NOT NULL DEFAULT ''::text
outbox.payload text NOT NULL DEFAULT '{}'::text
outbox.secret text NOT NULL DEFAULT ''::text
outbox.state text NOT NULL DEFAULT 'available'::text
person_labels.email text NOT NULL DEFAULT ''::text
person_labels.name text NOT NULL DEFAULT ''::text
person_labels.organization_id text NOT NULL DEFAULT ''::text
person_labels.person_id text NOT NULL
plans.free boolean NOT NULL DEFAULT false
plans.id text NOT NULL
plans.name text NOT NULL
plans.name_key text NOT NULL
plans.rank bigint NOT NULL
plans.retired boolean NOT NULL DEFAULT false
prices.amount bigint NOT NULL
prices.currency text NOT NULL
prices.example boolean NOT NULL
prices.id text NOT NULL
prices.period text NOT NULL
prices.plan_id text NOT NULL DEFAULT ''::text
prices.product text NOT NULL
rate_buckets.hits bigint NOT NULL
rate_buckets.name text NOT NULL
rate_buckets.resets_at timestamp with time zone NOT NULL
receipts.amount bigint NOT NULL
receipts.at timestamp with time zone NOT NULL
receipts.currency text NOT NULL
receipts.id text NOT NULL
receipts.number text NOT NULL
receipts.order_id text NOT NULL
receipts.organization_id text NOT NULL
receipts.ref text NOT NULL
receipts.url text NOT NULL
recovery_codes.created_at timestamp with time zone NOT NULL
recovery_codes.created_by text NOT NULL
recovery_codes.digest text NOT NULL
recovery_codes.ended_at timestamp with time zone
recovery_codes.organization_id text NOT NULL
recovery_codes.used_at timestamp with time zone
recovery_codes.used_by text NOT NULL DEFAULT ''::text
revocations.add_members_before text NOT NULL DEFAULT ''::text
revocations.connection_before text NOT NULL DEFAULT ''::text
revocations.created_at timestamp with time zone NOT NULL
revocations.created_by text NOT NULL
revocations.directory_before text NOT NULL DEFAULT ''::text
revocations.id text NOT NULL
revocations.kind text NOT NULL
revocations.members text NOT NULL DEFAULT 'keep'::text
revocations.organization_id text NOT NULL
revocations.require_sso_before boolean NOT NULL DEFAULT false
revocations.undone_at timestamp with time zone
sandbox_payments.message text NOT NULL DEFAULT ''::text
sandbox_payments.order_id text NOT NULL
sandbox_payments.organization_id text NOT NULL
sandbox_payments.ref text NOT NULL
sandbox_payments.state text NOT NULL
scim_exchanges.at timestamp with time zone NOT NULL
scim_exchanges.cause text NOT NULL DEFAULT ''::text
scim_exchanges.changed text NOT NULL DEFAULT ''::text
scim_exchanges.directory_id text NOT NULL
scim_exchanges.duration_us bigint NOT NULL DEFAULT 0
scim_exchanges.id bigint NOT NULL
scim_exchanges.method text NOT NULL
scim_exchanges.organization_id text NOT NULL
scim_exchanges.path text NOT NULL
scim_exchanges.person_id text NOT NULL DEFAULT ''::text
scim_exchanges.reason text NOT NULL DEFAULT ''::text
scim_exchanges.scim_type text NOT NULL DEFAULT ''::text
scim_exchanges.status bigint NOT NULL
scim_refusals.directory_id text NOT NULL
scim_refusals.first_at timestamp with time zone NOT NULL
scim_refusals.hits bigint NOT NULL
scim_refusals.id text NOT NULL
scim_refusals.kind text NOT NULL
scim_refusals.last_at timestamp with time zone NOT NULL
scim_refusals.last_four text NOT NULL DEFAULT ''::text
scim_refusals.organization_id text NOT NULL
sessions.account_id text
sessions.connection_id text
sessions.created_at timestamp with time zone NOT NULL
sessions.data text NOT NULL DEFAULT '{}'::text
sessions.digest text NOT NULL
sessions.ended_at timestamp with time zone
sessions.expires_at timestamp with time zone NOT NULL
sessions.idle_seconds bigint NOT NULL
sessions.kind text NOT NULL
sessions.member_id text
sessions.operator_id text
sessions.organization_id text NOT NULL DEFAULT ''::text
sessions.revocation_id text
sessions.seen_at timestamp with time zone NOT NULL
sessions.setup_link_id text
sessions.user_agent text NOT NULL DEFAULT ''::text
setup_links.created_at timestamp with time zone NOT NULL
setup_links.created_by text NOT NULL
setup_links.digest text NOT NULL
setup_links.end_reason text NOT NULL DEFAULT ''::text
setup_links.ended_at timestamp with time zone
setup_links.expires_at timestamp with time zone NOT NULL
setup_links.id text NOT NULL
setup_links.kind text NOT NULL
setup_links.last_four text NOT NULL
setup_links.opened_at timestamp with time zone
setup_links.organization_id text NOT NULL
setup_links.revocation_id text
setup_links.started_at timestamp with time zone
sign_ins.attempt_id text NOT NULL DEFAULT ''::text
sign_ins.connection_id text NOT NULL
sign_ins.expected text NOT NULL DEFAULT ''::text
sign_ins.finished_at timestamp with time zone
sign_ins.id text NOT NULL
sign_ins.kind text NOT NULL
sign_ins.organization_id text NOT NULL
sign_ins.outcome text NOT NULL
sign_ins.person_id text NOT NULL DEFAULT ''::text
sign_ins.reason text NOT NULL DEFAULT ''::text
sign_ins.received text NOT NULL DEFAULT ''::text
sign_ins.reference text NOT NULL
sign_ins.report text NOT NULL DEFAULT ''::text
sign_ins.responded_at timestamp with time zone
sign_ins.seq bigint NOT NULL
sign_ins.started_at timestamp with time zone NOT NULL
spent_assertions.assertion_digest text NOT NULL
spent_assertions.connection_id text NOT NULL
spent_assertions.expires_at timestamp with time zone NOT NULL
spent_assertions.organization_id text NOT NULL
watched_certificates.announced bigint NOT NULL DEFAULT 0
watched_certificates.connection_id text NOT NULL
watched_certificates.fingerprint text NOT NULL
watched_certificates.missing_since timestamp with time zone
watched_certificates.organization_id text NOT NULL
