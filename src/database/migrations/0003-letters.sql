-- What we are to send. A row is written in the transaction of the thing it tells about, and sent later by a leased worker;
-- that a row exists means nothing was sent yet: only its state says so.
create table outbox (
  id bigint generated always as identity primary key,
  -- One letter per key for ever: 'receipt:<gift id>'.
  dedupe_key text not null unique check (length(dedupe_key) between 1 and 200),
  kind text not null check (length(kind) between 1 and 40),
  -- The id of what the letter is about; never an address or a name.
  ref text not null check (length(ref) between 1 and 100),
  state text not null default 'pending' check (state in ('pending', 'sent', 'dead')),
  tries integer not null default 0 check (tries >= 0),
  next_at timestamptz not null,
  lease_until timestamptz not null default '-infinity',
  created_at timestamptz not null
);

create index outbox_pending on outbox (next_at) where state = 'pending';
