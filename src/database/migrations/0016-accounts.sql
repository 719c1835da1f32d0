-- What people decided about an account at a processor: taking new gifts or not, given up, and what became of a charge that
-- its processor does not tell us about any more. Names no supporter.
create table account_act (
  -- Made in the form, so that a double submit acts once.
  id uuid primary key,
  processor_account_id text not null references processor_account (id),
  kind text not null check (kind in ('activate', 'drain', 'drop', 'not-charged', 'charged')),
  attempt_id uuid references attempt (id),
  decided_by text not null check (length(decided_by) between 1 and 100),
  reason text not null check (length(reason) between 1 and 500),
  at timestamptz not null,
  check ((kind in ('not-charged', 'charged')) = (attempt_id is not null))
);
create index account_act_account on account_act (processor_account_id, at);
create trigger account_act_kept before update or delete on account_act
  for each row execute function refuse_money_rewrite();
create trigger account_act_here before insert on account_act
  for each statement execute function refuse_when_moved();

-- Pledges by the account that holds their mandate.
create index mandate_account on mandate (processor_account_id) where state <> 'dead';
