-- Several months collected at once, terms of a pledge that change, and what processors' fees leave of a gift.

-- The terms of a pledge as they are now. Period n is due on anchor_date + (n - anchor_n) months or years: a change of day
-- or interval moves the anchor to the first period it holds for, and numbers go on. So one unique (pledge, n) guards the
-- pledge across every change, and there is never a second pledge that could be charged beside it.
alter table pledge
  add column collect_every_months integer not null default 1 check (collect_every_months in (1, 2, 3, 6, 12)),
  add column anchor_n integer not null default 0 check (anchor_n >= 0),
  -- The first period these terms hold for. None before it is collected any more once they were agreed to.
  add column terms_from_n integer not null default 0,
  add constraint pledge_terms_from check (terms_from_n >= anchor_n),
  add constraint pledge_collects_months check (collect_every_months = 1 or unit = 'month'),
  -- What is charged at once is an amount like any other.
  add constraint pledge_collects_little check (amount_minor * collect_every_months <= 999999999999);

-- The terms a gift was made with: those of its pledge may change after it.
alter table gift
  add column unit text check (unit in ('month', 'year')),
  -- How many months this gift pays for, its own first.
  add column covers_periods integer not null default 1 check (covers_periods in (1, 2, 3, 6, 12)),
  -- This month was paid for with an earlier one, by the gift named here.
  add column covered_by uuid references gift (id) deferrable,
  add constraint gift_unit check (unit is null or pledge_id is not null),
  -- The whole is the monthly amount so many times, so the monthly amount is exact.
  add constraint gift_covers_whole_months check (
    covers_periods = 1 or (unit is not distinct from 'month' and amount_minor % covers_periods = 0)
  ),
  -- A month that is paid for stays skipped: it cannot be collected, settled or held, whatever a program does.
  add constraint gift_covered_is_skipped check (
    covered_by is null or (state = 'skipped' and covers_periods = 1 and covered_by <> id)
  );
update gift set unit = pledge.unit from pledge where pledge.id = gift.pledge_id;
create index gift_covered_by on gift (covered_by) where covered_by is not null;

-- What a gift pays for is announced with its amount, and as fixed as that from the moment somebody began to collect it.
create trigger gift_terms_fixed before update of due_date, unit, covers_periods, covered_by on gift
  for each row when (
    (old.state <> 'due' and (
      old.due_date is distinct from new.due_date or old.unit is distinct from new.unit
      or old.covers_periods is distinct from new.covers_periods
    ))
    or (old.covered_by is not null and old.covered_by is distinct from new.covered_by)
  ) execute function refuse_money_rewrite();

-- A covered month lies within the span of a gift of its own pledge whose money is there.
create function check_gift_cover() returns trigger language plpgsql as $$
begin
  perform 1 from gift cover
    where cover.id = new.covered_by and cover.pledge_id = new.pledge_id
      and cover.state in ('settled', 'integrity_hold')
      and new.period_n > cover.period_n and new.period_n < cover.period_n + cover.covers_periods;
  if not found then
    raise exception 'gift % does not cover this period', new.covered_by using errcode = '23514';
  end if;
  return null;
end $$;
create constraint trigger gift_cover after insert or update of covered_by on gift
  deferrable for each row when (new.covered_by is not null) execute function check_gift_cover();

-- Who agreed to what, when: the terms of a pledge from a period on, each with the words its supporter confirmed. It names
-- nobody; whoever asks about their own pledge shows that it is theirs. The pledge's row says how things are now, these
-- rows how they came to be so, and they are never changed.
create table pledge_change (
  pledge_id uuid not null references pledge (id),
  -- Of the pledge, after this change.
  version integer not null check (version >= 1),
  kind text not null check (kind in ('begun', 'amount', 'collection', 'interval', 'day')),
  -- The first period and day it holds for.
  from_n integer not null check (from_n >= 0),
  from_date date not null,
  amount_minor bigint not null check (amount_minor between 1 and 999999999999),
  currency text not null,
  unit text not null check (unit in ('month', 'year')),
  collect_every_months integer not null check (collect_every_months in (1, 2, 3, 6, 12)),
  anchor_date date not null,
  anchor_n integer not null check (anchor_n between 0 and from_n),
  -- The sentence on the page where they confirmed, and its language. Empty: by a program that showed none.
  shown text check (length(shown) between 1 and 1000),
  language text check (length(language) between 2 and 35),
  at timestamptz not null,
  primary key (pledge_id, version),
  foreign key (pledge_id, currency) references pledge (id, currency),
  check ((shown is null) = (language is null))
);
create function refuse_consent_change() returns trigger language plpgsql as $$
begin
  raise exception 'what was agreed to is kept as it was: % of % refused', tg_op, tg_table_name using errcode = '23514';
end $$;
create trigger pledge_change_append_only before update or delete on pledge_change
  for each row execute function refuse_consent_change();
create trigger pledge_change_no_truncate before truncate on pledge_change
  for each statement execute function refuse_consent_change();

-- Terms change with a row that says so. A pledge that began without one (every month, the amount chosen) has its own.
create function check_pledge_terms() returns trigger language plpgsql as $$
begin
  perform 1 from pledge_change agreed
    where agreed.pledge_id = new.id and agreed.version <= new.version
      and agreed.unit = new.unit and agreed.collect_every_months = new.collect_every_months
      and agreed.anchor_date = new.anchor_date and agreed.anchor_n = new.anchor_n
      and agreed.from_n = new.terms_from_n;
  if not found then
    raise exception 'the terms of a pledge change only with what its supporter agreed to' using errcode = '23514';
  end if;
  return null;
end $$;
create constraint trigger pledge_terms after update of unit, collect_every_months, anchor_date, anchor_n, terms_from_n on pledge
  deferrable initially deferred for each row when (
    old.unit is distinct from new.unit
    or old.collect_every_months is distinct from new.collect_every_months
    or old.anchor_date is distinct from new.anchor_date
    or old.anchor_n is distinct from new.anchor_n
    or old.terms_from_n is distinct from new.terms_from_n
  ) execute function check_pledge_terms();
create constraint trigger pledge_begins after insert on pledge
  deferrable initially deferred for each row when (new.collect_every_months > 1) execute function check_pledge_terms();

-- What processors kept of gifts of the last months: how often which fee was seen on which amount. Derived from the books,
-- made again every few hours, so that a page never adds anything up.
create table fee_observed (
  processor_account_id text not null references processor_account (id),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor > 0),
  fee_minor bigint not null check (fee_minor >= 0),
  seen integer not null check (seen > 0),
  primary key (processor_account_id, currency, amount_minor, fee_minor)
);
alter table processor_account add column fees_at timestamptz not null default '-infinity';
