-- What lets the desk answer at once however many gifts there are. All of it is derived and can be made again.

-- Given per appeal over the last months: read from this index alone.
create index gift_given on gift (settled_at) include (appeal_id, variant_id, currency, amount_minor, pledge_id)
  where settled_at is not null and appeal_id is not null;
create index gift_on_hold on gift (id) where state = 'integrity_hold';
create index processor_event_parked on processor_event (received_at) where state = 'parked';

-- Debits and credits of every account over all transfers up to one: a balance is the newest checkpoint and what came
-- after it. `tuppence check` adds everything up again and compares.
create table ledger_checkpoint (
  through_id bigint not null check (through_id > 0),
  account bigint not null references ledger_account (id),
  debits bigint not null check (debits >= 0),
  credits bigint not null check (credits >= 0),
  at timestamptz not null,
  primary key (through_id, account)
);

-- Ids of transfers are drawn in one order and committed in another. Whoever posts holds this lock in common until they
-- commit, from before an id is drawn; whoever takes a checkpoint holds it alone for a moment, and so knows that every id up
-- to the largest they see is either there or will never be.
create function share_ledger_posting() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(727010003);
  return null;
end $$;
create trigger ledger_transfer_posting before insert on ledger_transfer
  for each statement execute function share_ledger_posting();
