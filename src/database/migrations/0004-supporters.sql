-- What is held of a person who gives: a hash of the number they hold, and for as long as a letter needs it a sealed address.
-- Neither can be turned back into a person by whoever takes this database: the key of the hash and the key that opens the
-- seal are files outside it.

create table supporter_number (
  supporter_id uuid primary key references supporter (id),
  -- Slow hash of the number, keyed outside the database; unique, so that a number can be looked up and means one supporter.
  number_hash bytea not null unique check (octet_length(number_hash) = 32),
  first_issued_at timestamptz not null,
  -- When the number that stands was asked for. Of two taps the later one wins, whichever finishes first.
  asked_at timestamptz not null,
  -- Once a number has opened anything it is in somebody's hands and is never replaced.
  used boolean not null default false
);

create table contact (
  supporter_id uuid primary key references supporter (id),
  -- An age file. Padded before it is sealed, so that its size says nothing about the address.
  sealed bytea not null check (octet_length(sealed) between 600 and 8192),
  -- SHA-256 of the random token that each letter carries as its way out. The token itself is under the seal.
  way_out_hash bytea not null unique check (octet_length(way_out_hash) = 32),
  -- When to look next whether anything still needs this address.
  review_at timestamptz not null
);

create index contact_review on contact (review_at);

-- A letter that has become untrue or has nobody to go to was neither sent nor lost.
alter table outbox drop constraint outbox_state_check;
alter table outbox add constraint outbox_state_check
  check (state in ('pending', 'sent', 'unneeded', 'dead'));

-- Whether a letter about this gift or pledge still has to leave.
create index outbox_pending_ref on outbox (ref) where state = 'pending';
