-- What people decided about an alarm that moved no money: looked at and acknowledged, a parked gift released, a renewal
-- tried again. Acts that move money are rows of money_act. Neither names a supporter.
create table alarm_act (
  -- Made in the form, so that a double submit acts once.
  id uuid primary key,
  alarm_id bigint not null references alarm (id),
  kind text not null check (kind in ('acknowledge', 'release', 'retry')),
  decided_by text not null check (length(decided_by) between 1 and 100),
  reason text not null check (length(reason) between 1 and 500),
  at timestamptz not null
);
create index alarm_act_alarm on alarm_act (alarm_id);
create trigger alarm_act_kept before update or delete on alarm_act
  for each row execute function refuse_money_rewrite();
