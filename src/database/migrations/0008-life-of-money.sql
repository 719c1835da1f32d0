-- What happens to money after it arrived: fees, payouts, refunds, disputes, and what people decided about it.

-- What processors tell about money, each thing once, whoever tells it (listing or nightly report). The ledger is booked
-- from these rows; one that names a charge not booked yet waits for it.
create table money_fact (
  processor_account_id text not null references processor_account (id),
  kind text not null check (
    kind in ('fee', 'available', 'payout', 'refund', 'dispute-opened', 'dispute-won', 'dispute-lost', 'dispute-fee')
  ),
  -- The processor's id of the balance transaction, payout, refund or dispute.
  ref text not null check (length(ref) between 1 and 255),
  charge_ref text check (length(charge_ref) between 1 and 255),
  payout_ref text check (length(payout_ref) between 1 and 255),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  happened_at timestamptz not null,
  told_at timestamptz not null,
  -- Empty: its charge is not in the books yet.
  booked_at timestamptz,
  -- A payout closes when the lines that name it add up to it.
  closed_at timestamptz,
  primary key (processor_account_id, kind, ref),
  check (kind not in ('refund', 'dispute-opened', 'dispute-won', 'dispute-lost') or charge_ref is not null),
  check (closed_at is null or kind = 'payout')
);
create index money_fact_waiting on money_fact (processor_account_id, charge_ref) where booked_at is null;
create index money_fact_charge on money_fact (processor_account_id, charge_ref) where charge_ref is not null;
create index money_fact_payout on money_fact (processor_account_id, payout_ref) where payout_ref is not null;
create index money_fact_open_payout on money_fact (processor_account_id, ref) where kind = 'payout' and closed_at is null;

-- Where the listing of money stopped.
alter table processor_account
  add column money_cursor text check (length(money_cursor) <= 1000),
  add column money_at timestamptz not null default '-infinity',
  add column money_lease_until timestamptz not null default '-infinity';

-- What people decided about money: who, when and why. The ledger names the act, never the person.
create table money_act (
  id uuid primary key,
  kind text not null check (kind in ('refund', 'undo', 'accept-unmatched', 'refund-unmatched')),
  processor_account_id text not null references processor_account (id),
  charge_ref text not null check (length(charge_ref) between 1 and 255),
  gift_id uuid references gift (id),
  -- A staff member's id, or the word supporter.
  decided_by text not null check (length(decided_by) between 1 and 100),
  reason text not null check (length(reason) between 1 and 500),
  at timestamptz not null
);
create index money_act_gift on money_act (gift_id) where gift_id is not null;

-- Giving money back: the row is written, with its key, before anything is sent, and says after a crash what to do.
create table refund_order (
  -- = the idempotency key and the act that asked for it.
  id uuid primary key references money_act (id),
  processor_account_id text not null references processor_account (id),
  charge_ref text not null check (length(charge_ref) between 1 and 255),
  amount_minor bigint not null check (amount_minor > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  state text not null check (state in ('planned', 'sent', 'unknown', 'refunded', 'refused', 'not_found')),
  first_sent_at timestamptz,
  refund_ref text check (length(refund_ref) between 1 and 255),
  refused_code text check (length(refused_code) <= 100),
  tries integer not null default 0 check (tries >= 0),
  next_at timestamptz,
  lease_until timestamptz not null default '-infinity',
  unique (processor_account_id, refund_ref),
  check ((state = 'refunded') = (refund_ref is not null)),
  check ((state in ('planned', 'sent', 'unknown')) = (next_at is not null)),
  check (state not in ('sent', 'unknown') or first_sent_at is not null)
);
create index refund_order_next_at on refund_order (next_at) where next_at is not null;
create index refund_order_charge on refund_order (processor_account_id, charge_ref);

-- An order that was sent is the only evidence of a refund that may have happened.
create trigger refund_order_kept before delete on refund_order
  for each row when (old.state <> 'planned') execute function refuse_money_rewrite();
create trigger refund_order_fixed before update of id, charge_ref, amount_minor, currency, first_sent_at on refund_order
  for each row when (
    old.id is distinct from new.id
    or old.charge_ref is distinct from new.charge_ref
    or old.amount_minor is distinct from new.amount_minor
    or old.currency is distinct from new.currency
    or (old.first_sent_at is not null and old.first_sent_at is distinct from new.first_sent_at)
  ) execute function refuse_money_rewrite();

create or replace function refuse_refund_fall() returns trigger language plpgsql as $$
begin
  -- Final states stay; an order that was not found may still prove to have been carried out.
  if old.state in ('refunded', 'refused') or (old.state = 'not_found' and new.state <> 'refunded')
    or new.state = 'planned' or (old.state = 'unknown' and new.state = 'sent') then
    raise exception 'refund_order cannot go from % to %', old.state, new.state using errcode = '23514';
  end if;
  return new;
end $$;
create trigger refund_order_state before update on refund_order
  for each row when (old.state is distinct from new.state) execute function refuse_refund_fall();

-- A promise that a processor's own subscription product still collects: it is stopped by that subscription's own id,
-- never by the customer's.
alter table pledge
  add column subscription_account_id text references processor_account (id),
  add column subscription_ref text check (length(subscription_ref) between 1 and 255),
  add constraint pledge_subscription unique (subscription_account_id, subscription_ref),
  add check ((subscription_account_id is null) = (subscription_ref is null));

-- 34: lost in a dispute, from money that was never a gift.
alter table ledger_transfer drop constraint ledger_transfer_code_check;
alter table ledger_transfer add constraint ledger_transfer_code_check
  check (code in (10, 11, 12, 13, 20, 21, 30, 31, 32, 33, 34, 90, 91, 99));

alter table alarm drop constraint alarm_kind_check;
alter table alarm add constraint alarm_kind_check check (
  kind in (
    'hold', 'unmatched', 'amount-changed', 'our-bug', 'unanswered', 'bound', 'refused-country', 'assertion', 'parked-event',
    'returned-too-much', 'books-differ'
  )
);

-- The nightly comparison with a processor's own books: one row per thing that one side has and the other has not.
create table books_day (
  processor_account_id text not null references processor_account (id),
  day date not null,
  compared_at timestamptz not null,
  differences integer not null check (differences >= 0),
  primary key (processor_account_id, day)
);
create table books_difference (
  processor_account_id text not null,
  day date not null,
  kind text not null check (length(kind) between 1 and 40),
  ref text not null check (length(ref) between 1 and 255),
  -- Minor units; empty: this side does not have it.
  ours_minor bigint,
  theirs_minor bigint,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  primary key (processor_account_id, day, kind, ref, currency),
  foreign key (processor_account_id, day) references books_day (processor_account_id, day) on delete cascade,
  check (ours_minor is distinct from theirs_minor)
);
