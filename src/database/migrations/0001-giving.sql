-- Gifts and the money they moved. The rules a program could break are kept here, where no program can: one gift per id and
-- per (pledge, period), one live attempt, one success, one posting per cause, no mixed currency, no state that falls back,
-- a ledger that only grows. Every instant comes from the program's clock, so there is no now() in this file.

-- One account at one payment company: the unit in which supporters are moved when a newsroom is dropped.
create table processor_account (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{0,39}$'),
  processor text not null check (processor in ('sandbox', 'stripe', 'paypal', 'btcpay')),
  mode text not null check (mode in ('test', 'live')),
  status text not null default 'active' check (status in ('active', 'draining', 'dropped')),
  -- Where listing its payments goes on, and when; the lease keeps two processes from listing at once.
  poll_cursor text check (length(poll_cursor) <= 2000),
  poll_at timestamptz not null,
  poll_lease_until timestamptz not null default '-infinity',
  created_at timestamptz not null
);

-- Somebody who gives. Nothing here names a person; a forgotten one keeps an empty row, so that a backup can be told.
create table supporter (
  id uuid primary key,
  zone text check (length(zone) between 1 and 64),
  language text check (length(language) between 2 and 35),
  created_at timestamptz not null,
  forgotten_at timestamptz,
  check (forgotten_at is null or (zone is null and language is null))
);

-- The right to charge later, held at the processor. A dead one may have lost its references (forget me).
create table mandate (
  id uuid primary key,
  supporter_id uuid references supporter (id),
  processor_account_id text not null references processor_account (id),
  customer_ref text check (length(customer_ref) between 1 and 255),
  method_ref text check (length(method_ref) between 1 and 255),
  method_fingerprint text check (length(method_fingerprint) between 1 and 255),
  off_session_ok boolean not null default true,
  state text not null check (state in ('usable', 'needs_action', 'dead')),
  created_at timestamptz not null,
  check (state = 'dead' or (customer_ref is not null and method_ref is not null))
);
create index mandate_supporter on mandate (supporter_id) where supporter_id is not null;
create index mandate_fingerprint on mandate (method_fingerprint) where method_fingerprint is not null;

create table pledge (
  id uuid primary key,
  supporter_id uuid references supporter (id),
  amount_minor bigint not null check (amount_minor between 1 and 999999999999),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  unit text not null check (unit in ('month', 'year')),
  -- Day of the first gift where the supporter lives; every later date is counted from this one, never from the last.
  anchor_date date not null,
  -- Zone of the supporter; empty after forget me. It may move the hour of a charge, never its date.
  zone text check (length(zone) between 1 and 64),
  -- Period of the next gift to be made: one more than the largest that exists.
  next_n integer not null default 1 check (next_n >= 1),
  mandate_id uuid references mandate (id),
  state text not null
    check (state in ('awaiting_first', 'active', 'paused', 'past_due', 'cancelled', 'lapsed')),
  -- First day on which the pledge is collected again, and the instant that day begins for the supporter.
  paused_until date,
  resume_at timestamptz,
  -- Counts every change a person made.
  version integer not null default 1 check (version >= 1),
  -- A comeback is a new pledge that names the old one.
  replaces uuid references pledge (id) check (replaces <> id),
  created_at timestamptz not null,
  ended_at timestamptz,
  unique (id, currency),
  check ((state = 'paused') = (paused_until is not null)),
  check ((paused_until is null) = (resume_at is null)),
  check ((state in ('cancelled', 'lapsed')) = (ended_at is not null))
);
create index pledge_supporter on pledge (supporter_id) where supporter_id is not null;
create index pledge_resume on pledge (resume_at) where state = 'paused';
create index pledge_mandate on pledge (mandate_id) where mandate_id is not null;

-- One payment that we want once. The row is also the job: next_at says when a worker must look, the lease who does.
create table gift (
  -- Made by the browser before the first tap; for a renewal, UUIDv5 of (pledge, n).
  id uuid primary key,
  supporter_id uuid references supporter (id),
  pledge_id uuid,
  period_n integer check (period_n >= 0),
  due_date date,
  amount_minor bigint not null check (amount_minor between 1 and 999999999999),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- What was promised (amount, currency, interval): the same id with another body is refused.
  body_hash text not null check (length(body_hash) between 20 and 100),
  state text not null check (
    state in ('due', 'collecting', 'skipped', 'failed', 'abandoned', 'integrity_hold', 'settled')
  ),
  next_at timestamptz,
  lease_until timestamptz not null default '-infinity',
  lease_owner text check (length(lease_owner) <= 100),
  appeal_id text check (length(appeal_id) between 1 and 100),
  variant_id text check (length(variant_id) between 1 and 100),
  created_at timestamptz not null,
  settled_at timestamptz,
  -- I5: at most one gift per period of a pledge, skipped ones included.
  constraint gift_period unique (pledge_id, period_n),
  -- I15: a gift has its pledge's currency.
  constraint gift_pledge foreign key (pledge_id, currency) references pledge (id, currency),
  check ((pledge_id is null) = (period_n is null)),
  check ((pledge_id is null) = (due_date is null)),
  check ((variant_id is null) = (appeal_id is null)),
  check ((state = 'settled') = (settled_at is not null)),
  check (state in ('due', 'collecting') or next_at is null)
);
-- Due work is a walk along this index, however many pledges there are.
create index gift_next_at on gift (next_at) where next_at is not null;
create index gift_supporter on gift (supporter_id) where supporter_id is not null;
create index gift_settled_at on gift (settled_at) where settled_at is not null;

-- One try to collect a gift through one processor; its id is the idempotency key.
create table attempt (
  id uuid primary key,
  gift_id uuid not null references gift (id),
  n integer not null check (n between 1 and 100),
  -- Empty: the supporter pays on the processor's page.
  mandate_id uuid references mandate (id),
  processor_account_id text not null references processor_account (id),
  request_hash text not null check (length(request_hash) between 20 and 100),
  state text not null check (
    state in ('planned', 'sent', 'unknown', 'needs_action', 'declined', 'expired', 'not_found', 'succeeded')
  ),
  first_sent_at timestamptz,
  -- What the attempt made at the processor, and the money movement itself.
  object_ref text check (length(object_ref) between 1 and 255),
  charge_ref text check (length(charge_ref) between 1 and 255),
  -- Where the supporter pays or confirms, as long as that page is open.
  page_url text check (length(page_url) between 1 and 4000),
  -- What the processor said last about a payment that is still under way.
  heard text check (heard in ('open', 'processing')),
  decline_code text check (length(decline_code) between 1 and 100),
  advice text check (
    advice in ('retry-later', 'retry-after-update', 'ask-for-another-method', 'needs-action', 'refused-country', 'stop')
  ),
  -- How often we asked what became of it.
  asked integer not null default 0 check (asked >= 0),
  created_at timestamptz not null,
  constraint attempt_number unique (gift_id, n),
  constraint attempt_object unique (processor_account_id, object_ref),
  constraint attempt_charge unique (processor_account_id, charge_ref),
  check ((state = 'succeeded') = (charge_ref is not null)),
  check (state not in ('sent', 'unknown') or first_sent_at is not null)
);
-- I4: at most one attempt under way.
create unique index attempt_one_live on attempt (gift_id)
  where state in ('planned', 'sent', 'unknown', 'needs_action');
-- I3: at most one success.
create unique index attempt_one_success on attempt (gift_id) where state = 'succeeded';
create index attempt_mandate on attempt (mandate_id, first_sent_at) where mandate_id is not null;

-- Messages of processors, verified before they are kept. The body goes once the message was dealt with: what it says is
-- always fetched again, and it may name a person. Other headers are not kept at all.
create table processor_event (
  processor_account_id text not null references processor_account (id),
  event_id text not null check (length(event_id) between 1 and 255),
  type text not null check (length(type) between 1 and 200),
  object_ref text check (length(object_ref) between 1 and 255),
  attempt_id text check (length(attempt_id) between 1 and 100),
  body bytea,
  received_at timestamptz not null,
  state text not null default 'received' check (state in ('received', 'applied', 'ignored', 'parked')),
  tries integer not null default 0 check (tries >= 0),
  next_at timestamptz,
  lease_until timestamptz not null default '-infinity',
  error text check (length(error) <= 200),
  primary key (processor_account_id, event_id),
  check ((state in ('received', 'parked')) = (next_at is not null))
);
create index processor_event_next_at on processor_event (next_at) where next_at is not null;

-- Accounts are made on demand, one set per currency and processor account.
create table ledger_account (
  id bigint generated always as identity primary key,
  processor_account_id text references processor_account (id),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  kind text not null check (kind in ('asset', 'liability', 'income', 'expense')),
  name text not null check (length(name) between 1 and 60),
  unique nulls not distinct (processor_account_id, currency, name),
  unique (id, currency)
);

-- One debit, one credit, one positive amount, one currency, one code that says why.
create table ledger_transfer (
  id bigint generated always as identity primary key,
  -- Transfers that belong together.
  group_id uuid not null,
  debit bigint not null,
  credit bigint not null,
  amount bigint not null check (amount > 0),
  currency text not null,
  code smallint not null check (code in (10, 11, 12, 13, 20, 21, 30, 31, 32, 33, 90, 91, 99)),
  gift_id uuid references gift (id),
  -- The processor's own object, its account's id first; or the person who acted.
  cause_kind text not null check (length(cause_kind) between 1 and 40),
  cause_ref text not null check (length(cause_ref) between 1 and 400),
  reverses bigint,
  happened_at timestamptz not null,
  at timestamptz not null,
  check (debit <> credit),
  check ((code = 99) = (reverses is not null)),
  check (code not in (10, 91) or gift_id is not null),
  -- Every posting happens once, whoever reports it.
  constraint ledger_transfer_cause unique (cause_kind, cause_ref, code),
  -- A transfer between two currencies is impossible.
  constraint ledger_transfer_debit foreign key (debit, currency) references ledger_account (id, currency),
  constraint ledger_transfer_credit foreign key (credit, currency) references ledger_account (id, currency)
);
-- I2: a gift is booked as received at most once.
create unique index ledger_transfer_received on ledger_transfer (gift_id) where code in (10, 91);
create unique index ledger_transfer_reversed on ledger_transfer (reverses) where reverses is not null;
create index ledger_transfer_gift on ledger_transfer (gift_id) where gift_id is not null;

-- What a person must look at. Ids and codes only.
create table alarm (
  id bigint generated always as identity primary key,
  kind text not null check (
    kind in (
      'hold', 'unmatched', 'amount-changed', 'our-bug', 'unanswered', 'bound', 'refused-country', 'assertion', 'parked-event'
    )
  ),
  -- What it is about, so that the same thing rings once.
  ref text not null check (length(ref) between 1 and 400),
  gift_id uuid references gift (id),
  detail text check (length(detail) <= 200),
  raised_at timestamptz not null,
  resolved_at timestamptz
);
create unique index alarm_open on alarm (kind, ref) where resolved_at is null;

-- The ledger only grows. The trigger binds everybody; the revoke is for servers whose user is not a superuser.
create function refuse_ledger_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: % of % refused', tg_op, tg_table_name using errcode = '23514';
end $$;
create trigger ledger_transfer_append_only before update or delete on ledger_transfer
  for each row execute function refuse_ledger_change();
create trigger ledger_transfer_no_truncate before truncate on ledger_transfer
  for each statement execute function refuse_ledger_change();
create trigger ledger_account_fixed before update or delete on ledger_account
  for each row execute function refuse_ledger_change();
create trigger ledger_account_no_truncate before truncate on ledger_account
  for each statement execute function refuse_ledger_change();
revoke update, delete, truncate on ledger_transfer from public;
do $$ begin execute format('revoke update, delete, truncate on ledger_transfer from %I', current_user); end $$;

-- A correction mirrors the transfer it names.
create function check_ledger_reversal() returns trigger language plpgsql as $$
begin
  perform 1 from ledger_transfer wrong
    where wrong.id = new.reverses and wrong.debit = new.credit and wrong.credit = new.debit
      and wrong.amount = new.amount and wrong.currency = new.currency and wrong.code <> 99;
  if not found then
    raise exception 'a correction must mirror the transfer it reverses' using errcode = '23514';
  end if;
  return new;
end $$;
create trigger ledger_transfer_reversal before insert on ledger_transfer
  for each row when (new.reverses is not null) execute function check_ledger_reversal();

-- I12: no state falls in rank, and what is final stays.
create function refuse_state_fall() returns trigger language plpgsql as $$
declare
  allowed text[];
begin
  allowed := case tg_table_name || ':' || old.state
    when 'gift:due' then '{collecting,skipped,abandoned,integrity_hold,settled}'
    when 'gift:collecting' then '{skipped,failed,abandoned,integrity_hold,settled}'
    when 'gift:skipped' then '{integrity_hold,settled}'
    when 'gift:failed' then '{integrity_hold,settled}'
    when 'gift:abandoned' then '{integrity_hold,settled}'
    when 'gift:integrity_hold' then '{settled}'
    when 'attempt:planned' then '{sent,needs_action,declined,expired,succeeded}'
    when 'attempt:sent' then '{unknown,needs_action,declined,expired,not_found,succeeded}'
    when 'attempt:unknown' then '{sent,needs_action,declined,expired,not_found,succeeded}'
    when 'attempt:needs_action' then '{sent,declined,expired,not_found,succeeded}'
    when 'attempt:declined' then '{succeeded}'
    when 'attempt:expired' then '{succeeded}'
    when 'attempt:not_found' then '{succeeded}'
    when 'pledge:awaiting_first' then '{active,cancelled}'
    when 'pledge:active' then '{paused,past_due,cancelled}'
    when 'pledge:paused' then '{active,cancelled}'
    when 'pledge:past_due' then '{active,lapsed,cancelled}'
    when 'mandate:usable' then '{needs_action,dead}'
    when 'mandate:needs_action' then '{usable,dead}'
    when 'processor_event:received' then '{applied,ignored,parked}'
    when 'processor_event:parked' then '{applied,ignored}'
    else '{}'
  end;
  if not new.state = any (allowed) then
    raise exception '% cannot go from % to %', tg_table_name, old.state, new.state using errcode = '23514';
  end if;
  return new;
end $$;
create trigger gift_state before update on gift
  for each row when (old.state is distinct from new.state) execute function refuse_state_fall();
create trigger attempt_state before update on attempt
  for each row when (old.state is distinct from new.state) execute function refuse_state_fall();
create trigger pledge_state before update on pledge
  for each row when (old.state is distinct from new.state) execute function refuse_state_fall();
create trigger mandate_state before update on mandate
  for each row when (old.state is distinct from new.state) execute function refuse_state_fall();
create trigger processor_event_state before update on processor_event
  for each row when (old.state is distinct from new.state) execute function refuse_state_fall();

-- What a settled gift or a finished attempt says about money is history.
create function refuse_money_rewrite() returns trigger language plpgsql as $$
begin
  raise exception '% is part of the books: % refused', tg_table_name, tg_op using errcode = '23514';
end $$;
create trigger gift_amount_fixed before update of id, pledge_id, period_n, amount_minor, currency, settled_at on gift
  for each row when (
    old.id is distinct from new.id
    or old.pledge_id is distinct from new.pledge_id
    or old.period_n is distinct from new.period_n
    or old.currency is distinct from new.currency
    or (old.amount_minor is distinct from new.amount_minor and old.state <> 'due')
    or (old.settled_at is not null and old.settled_at is distinct from new.settled_at)
  ) execute function refuse_money_rewrite();
create trigger attempt_charge_fixed before update of id, gift_id, n, processor_account_id, charge_ref, first_sent_at on attempt
  for each row when (
    old.id is distinct from new.id
    or old.gift_id is distinct from new.gift_id
    or old.n is distinct from new.n
    or old.processor_account_id is distinct from new.processor_account_id
    or (old.charge_ref is not null and old.charge_ref is distinct from new.charge_ref)
    or (old.first_sent_at is not null and old.first_sent_at is distinct from new.first_sent_at)
  ) execute function refuse_money_rewrite();
create trigger gift_kept before delete on gift
  for each row when (old.state in ('settled', 'integrity_hold')) execute function refuse_money_rewrite();
-- Deleting an attempt because its call failed would destroy the only evidence of a charge.
create trigger attempt_kept before delete on attempt
  for each row when (old.state <> 'planned') execute function refuse_money_rewrite();
