-- What the newsroom asks, in which words, and how often it was shown and answered: counts only, never a person, a story
-- or a page view.

create table appeals (
  id text primary key check (id ~ '^[a-z][a-z0-9-]{0,39}$'),
  status text not null default 'draft' check (status in ('draft', 'live', 'paused', 'archived')),
  -- Smallest first; equal ones by id.
  priority integer not null default 100 check (priority between 0 and 10000),
  -- Both ends are instants; the zone is the one they were typed in, so that the desk can show both.
  starts_at timestamptz,
  ends_at timestamptz,
  zone text not null check (length(zone) between 1 and 64),
  -- Names of sections or tags.
  include text[] not null default '{}' check (cardinality(include) <= 50),
  exclude text[] not null default '{}' check (cardinality(exclude) <= 50),
  -- Whether it may stand under a sensitive story.
  calm boolean not null default false,
  -- True views per device in 30 days. The ceiling is fixed: there is no "always ask".
  cap integer not null default 4 check (cap between 1 and 8),
  min_stories integer check (min_stories between 0 and 9999),
  max_stories integer check (max_stories between 0 and 9999),
  -- How often the first choice asks to give.
  first_interval text not null default 'month' check (first_interval in ('once', 'month', 'year')),
  -- What assigns a device to a variant. A new experiment has a new key, a renamed appeal keeps its own.
  experiment_key text not null check (experiment_key ~ '^[a-z0-9-]{1,60}$'),
  version bigint not null default 1 check (version > 0),
  changed_at timestamptz not null,
  check (starts_at < ends_at),
  check (min_stories <= max_stories)
);

create table appeal_variants (
  appeal_id text not null references appeals (id),
  id text not null check (id ~ '^[a-z][a-z0-9-]{0,19}$'),
  -- 0 is the control: what everybody sees who takes part in no experiment.
  position smallint not null check (position between 0 and 3),
  -- Of the hundred slots, how many are this variant's.
  share smallint not null check (share between 0 and 100),
  primary key (appeal_id, id),
  unique (appeal_id, position)
);

-- The words of a variant in one language. Plain text: nothing from here is ever read as HTML.
create table appeal_texts (
  appeal_id text not null,
  variant_id text not null,
  language text not null check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'),
  speaker text not null check (length(speaker) between 1 and 80),
  lead text not null check (length(lead) between 1 and 80),
  paragraphs text[] not null check (cardinality(paragraphs) between 1 and 4),
  -- The reader of the language who signed the text off, by the name the newsroom knows them by. Without one it is not shown.
  signed_off_by text check (length(signed_off_by) between 1 and 60),
  primary key (appeal_id, variant_id, language),
  foreign key (appeal_id, variant_id) references appeal_variants (appeal_id, id)
);

-- Switches: 'all' (the newsroom's main switch), 'note' (the element) and 'frame' (readers without script).
create table appeal_switches (
  name text primary key check (name in ('all', 'note', 'frame')),
  is_on boolean not null,
  reason text not null check (length(reason) between 1 and 200),
  changed_at timestamptz not null
);

-- One number that grows with every change to what is asked, so that a web process sees a change by reading one row.
create table appeal_revision (
  one boolean primary key default true check (one),
  revision bigint not null
);
insert into appeal_revision (revision) values (1);

create function appeal_changed() returns trigger language plpgsql as $$
begin
  update appeal_revision set revision = revision + 1;
  return null;
end $$;

create trigger appeals_changed after insert or update or delete or truncate on appeals
  for each statement execute function appeal_changed();
create trigger appeal_variants_changed after insert or update or delete or truncate on appeal_variants
  for each statement execute function appeal_changed();
create trigger appeal_texts_changed after insert or update or delete or truncate on appeal_texts
  for each statement execute function appeal_changed();
create trigger appeal_switches_changed after insert or update or delete or truncate on appeal_switches
  for each statement execute function appeal_changed();

-- Anonymous counters. `day` is the newsroom's day. `placement` tells how the variant was assigned: 'story' by the
-- device's slot, 'story-no-slot' (storage refused: always the control, outside experiments), 'frame' (no script).
create table appeal_counts (
  day date not null,
  appeal_id text not null,
  variant_id text not null,
  language text not null,
  placement text not null check (placement in ('story', 'story-no-slot', 'frame')),
  kind text not null check (kind in ('shown', 'opened', 'closed', 'postponed', 'followed')),
  total bigint not null check (total > 0),
  primary key (day, appeal_id, variant_id, language, placement, kind)
);
