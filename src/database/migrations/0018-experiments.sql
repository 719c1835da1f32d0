-- Experiments: what was asked before the start, kept as the very bytes that were hashed, and what became of it.
-- Nothing here is about a reader: what was counted stands in appeal_counts, what was given in gift.
create table experiment (
  -- Also what deals the slots out, so a new experiment shuffles readers anew.
  key text primary key check (key ~ '^[a-z0-9-]{1,60}$'),
  appeal_id text not null references appeals (id),
  -- The definition as canonical JSON. Its hash is the database's own arithmetic: a definition that was changed behind the
  -- program's back does not fit it.
  definition text not null check (length(definition) between 2 and 20000),
  definition_hash bytea not null check (definition_hash = sha256(convert_to(definition, 'UTF8'))),
  created_at timestamptz not null
);

-- One row per state that was reached, in order; the last one is the state.
create table experiment_step (
  experiment_key text not null references experiment (key),
  n integer not null,
  state text not null,
  -- The first whole day (newsroom's zone) that counts, from `running`; the last one, from `stopped`.
  day date,
  -- The variant that was decided for; the reason says why.
  variant_id text check (length(variant_id) between 1 and 20),
  by text not null check (length(by) between 1 and 60),
  reason text not null check (length(reason) <= 500),
  at timestamptz not null,
  primary key (experiment_key, n),
  check ((n, state) in ((1, 'draft'), (2, 'running'), (3, 'stopped'), (4, 'decided'))),
  check ((state in ('running', 'stopped')) = (day is not null)),
  check ((state = 'decided') = (variant_id is not null))
);

create function refuse_experiment_change() returns trigger language plpgsql as $$
begin
  raise exception 'an experiment is written down once: % on % is refused', tg_op, tg_table_name using errcode = '23514';
end $$;
create trigger experiment_frozen before update or delete or truncate on experiment
  for each statement execute function refuse_experiment_change();
create trigger experiment_step_frozen before update or delete or truncate on experiment_step
  for each statement execute function refuse_experiment_change();

-- No state is skipped: a step follows the one before it.
create function refuse_skipped_step() returns trigger language plpgsql as $$
begin
  if new.n > 1 and not exists (
    select from experiment_step where experiment_key = new.experiment_key and n = new.n - 1
  ) then
    raise exception 'an experiment cannot be % yet', new.state using errcode = '23514';
  end if;
  return new;
end $$;
create trigger experiment_step_follows before insert on experiment_step
  for each row execute function refuse_skipped_step();
