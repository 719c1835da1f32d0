-- What the desk decided about listed countries. Rows are only ever added: how the list stood on a day can be told for ever.
-- `decided_by` is a name made from a session at the desk, never a person's.
create table listing_act (
  seq bigint generated always as identity primary key,
  -- Made in the form, so that a double submit acts once.
  id uuid not null unique,
  country text not null check (country ~ '^[A-Z]{2}$'),
  kind text not null check (kind in ('add', 'ask-removal', 'confirm-removal')),
  decided_by text not null check (length(decided_by) between 1 and 100),
  reason text not null check (length(reason) between 3 and 500),
  -- Where it can be read that giving is dangerous there; with 'add' alone.
  source text check (length(source) between 3 and 500),
  -- When a removed country is listed again by itself.
  ends_at timestamptz,
  -- The wish that is confirmed. A wish is confirmed once.
  asked_in uuid unique references listing_act (id),
  at timestamptz not null,
  check ((kind = 'add') = (source is not null)),
  check ((kind = 'confirm-removal') = (asked_in is not null)),
  check (kind <> 'add' or ends_at is null)
);
create function refuse_listing_rewrite() returns trigger language plpgsql as $$
begin
  raise exception 'What was decided about listed countries stays written: % refused', tg_op using errcode = '23514';
end $$;
create trigger listing_act_kept before update or delete on listing_act
  for each row execute function refuse_listing_rewrite();
