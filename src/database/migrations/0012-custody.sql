-- Which copy of a newsroom may act. A database can be copied; the right to charge must not be copied with it: two that
-- live from one backup would charge everybody twice.

-- One row. 'acting': this is the newsroom. 'moved': it was exported to live elsewhere; nothing here may change any more.
-- 'restored': it came from a backup, and what happened after that backup is not known yet; pages are served and processors
-- are asked, but no mandate is charged and no letter or refund leaves until a person resumes it.
create table custody (
  one boolean primary key default true check (one),
  state text not null default 'acting' check (state in ('acting', 'moved', 'restored')),
  -- The export that this database went into (moved) or came from (restored, and acting after that).
  export_id uuid,
  -- The moment of that export: what happened later may have happened in another copy.
  exported_at timestamptz,
  changed_at timestamptz,
  check ((export_id is null) = (exported_at is null)),
  check (state = 'acting' or (export_id is not null and changed_at is not null))
);
insert into custody default values;
create function refuse_custody_loss() returns trigger language plpgsql as $$
begin
  raise exception 'custody is one row that stays' using errcode = '23514';
end $$;
create trigger custody_stays before delete or truncate on custody
  for each statement execute function refuse_custody_loss();

-- When a processor's lists of payments and of money were last read to their end.
alter table processor_account
  add column poll_whole_at timestamptz,
  add column money_whole_at timestamptz;

-- A newsroom that moved takes nothing more: what it took now would be in neither place. Whoever exported it waited for
-- every transaction that began before the mark.
create function refuse_when_moved() returns trigger language plpgsql as $$
begin
  if (select state from custody) = 'moved' then
    raise exception 'this newsroom was moved; this copy of it takes nothing more' using errcode = '25006';
  end if;
  return null;
end $$;
create trigger gift_here before insert or update on gift
  for each statement execute function refuse_when_moved();
create trigger attempt_here before insert or update on attempt
  for each statement execute function refuse_when_moved();
create trigger pledge_here before insert or update on pledge
  for each statement execute function refuse_when_moved();
create trigger supporter_here before insert or update on supporter
  for each statement execute function refuse_when_moved();
create trigger ledger_transfer_here before insert on ledger_transfer
  for each statement execute function refuse_when_moved();
create trigger processor_event_here before insert or update on processor_event
  for each statement execute function refuse_when_moved();
create trigger money_fact_here before insert on money_fact
  for each statement execute function refuse_when_moved();
create trigger money_act_here before insert on money_act
  for each statement execute function refuse_when_moved();
create trigger refund_order_here before insert or update on refund_order
  for each statement execute function refuse_when_moved();
create trigger outbox_here before insert or update on outbox
  for each statement execute function refuse_when_moved();
create trigger story_here before insert or update on story
  for each statement execute function refuse_when_moved();

-- No charge leaves without the supporter, and no refund, while it is not known what another copy did.
create function refuse_before_resumed() returns trigger language plpgsql as $$
begin
  if (select state from custody) = 'restored' then
    raise exception 'restored from a backup and not resumed: nothing is charged or given back' using errcode = '25006';
  end if;
  return new;
end $$;
create trigger attempt_planned_resumed before insert on attempt
  for each row when (new.state = 'planned' and new.mandate_id is not null) execute function refuse_before_resumed();
create trigger attempt_sent_resumed before update of state on attempt
  for each row when (old.state = 'planned' and new.state = 'sent' and new.mandate_id is not null)
  execute function refuse_before_resumed();
create trigger refund_order_sent_resumed before update of state on refund_order
  for each row when (old.state = 'planned' and new.state = 'sent') execute function refuse_before_resumed();

-- A comeback names the pledge it replaces. Loading a backup puts this off to its end; nobody else does.
alter table pledge alter constraint pledge_replaces_fkey deferrable initially immediate;
