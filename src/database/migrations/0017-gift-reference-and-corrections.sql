-- A gift is found by the reference that stands on letters. The reference is made from the id, so it is indexed and not kept
-- a second time: what is derived cannot go wrong apart from what it comes from. Old gifts are found as soon as this ran.
create function gift_reference(id uuid) returns text
  language sql immutable strict parallel safe
  return upper(left(encode(sha256(decode(id::text, 'escape')), 'hex'), 12));
create index gift_by_reference on gift (gift_reference(id));

-- A posting that was wrong is undone by one that mirrors it (code 99); who decided that, and why, is an act like the others.
alter table money_act drop constraint money_act_kind_check;
alter table money_act add constraint money_act_kind_check
  check (kind in ('refund', 'undo', 'accept-unmatched', 'refund-unmatched', 'correct'));
alter table money_act
  alter column charge_ref drop not null,
  -- No foreign key: nothing may stand between the ledger and its own triggers, which refuse every change. An invariant
  -- looks whether the act and its posting belong together.
  add column transfer_id bigint unique,
  add constraint money_act_about check (
    (kind = 'correct') = (transfer_id is not null) and (kind = 'correct') = (charge_ref is null)
  );

-- The page of a gift shows what rang about it.
create index alarm_gift on alarm (gift_id) where gift_id is not null;
