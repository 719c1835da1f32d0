-- The desk: who is signed in, and the links that let somebody in once. Only hashes of the secrets are kept.
create table desk_link (
  secret_hash bytea primary key check (length(secret_hash) = 32),
  expires_at timestamptz not null
);

create table desk_session (
  secret_hash bytea primary key check (length(secret_hash) = 32),
  expires_at timestamptz not null
);

-- The demo's own state: how far its clock was moved, and as whom the viewer reads. One row, and none outside a demo.
create table demo_state (
  only_row boolean primary key default true check (only_row),
  clock_offset_ms bigint not null default 0 check (clock_offset_ms >= 0),
  reader text not null default 'germany' check (reader in ('germany', 'listed', 'unknown', 'tor'))
);
