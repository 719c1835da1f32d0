-- Stories: what is published, every version that ever was, and every correction. What readers once saw cannot be changed or
-- taken away without a trace: versions and corrections only grow. No row names a person beyond the byline the newsroom chose.

create table story (
  id uuid primary key,
  -- Where it was imported from and what it is called there; both empty for stories written here.
  source text check (length(source) between 1 and 500),
  source_id text check (length(source_id) between 1 and 2000),
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 80),
  language text not null check (language ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' and length(language) <= 35),
  section text check (section ~ '^[a-z][a-z0-9-]{0,39}$'),
  kind text not null check (kind in ('story', 'page')),
  title text not null check (length(title) between 1 and 400),
  summary text not null default '' check (length(summary) <= 1000),
  -- Clean HTML; cleaned again when a page is made of it.
  body text not null,
  byline_policy text not null check (byline_policy in ('name', 'pseudonym', 'desk', 'none')),
  byline text check (length(byline) between 1 and 200),
  tags text[] not null default '{}',
  status text not null check (status in ('draft', 'published', 'retracted')),
  -- A summary is only a taste of a story that stands elsewhere: it opens at its address and is listed nowhere.
  completeness text not null default 'full' check (completeness in ('full', 'summary')),
  -- The address it had where it came from.
  original_url text check (length(original_url) <= 2000),
  -- Empty where a source published it without a date: a date is never made up.
  published_at timestamptz,
  -- Last change a reader should know of; equal to published_at until then (to the import of an undated one).
  updated_at timestamptz,
  retracted_at timestamptz,
  retraction_reason text check (length(retraction_reason) between 1 and 1000),
  -- Number of the newest row in story_version; 0 before publication.
  version integer not null default 0 check (version >= 0),
  -- SHA-256 over everything an import could bring: an equal one means nothing to do.
  import_hash text check (import_hash ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null,
  unique (source, source_id),
  check ((source is null) = (source_id is null)),
  check ((byline_policy in ('name', 'pseudonym')) = (byline is not null)),
  check (status = 'draft' or (updated_at is not null and version > 0)),
  check (status = 'draft' or published_at is not null or source is not null),
  check ((status = 'retracted') = (retracted_at is not null)),
  check ((retracted_at is null) = (retraction_reason is null))
);
create index story_newest on story (published_at desc nulls last, id desc) where status = 'published';
create index story_section on story (section, published_at desc nulls last, id desc) where status = 'published';

-- Every version that was public. The byline is not part of it: a name that was taken off must not live on in an archive.
create table story_version (
  story_id uuid not null references story (id),
  version integer not null check (version >= 1),
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  content jsonb not null,
  made_at timestamptz not null,
  primary key (story_id, version)
);

create table story_correction (
  id uuid primary key,
  story_id uuid not null references story (id),
  made_at timestamptz not null,
  -- In plain words: what was wrong, what is right.
  was_wrong text not null check (length(was_wrong) between 1 and 1000),
  is_right text not null check (length(is_right) between 1 and 1000)
);
create index story_correction_story on story_correction (story_id, made_at);
create index story_correction_newest on story_correction (made_at desc);

-- Paths a story had before, here or on the site it came from, so that old links keep working.
create table story_old_path (
  path text primary key check (path like '/%' and length(path) <= 1000),
  story_id uuid not null references story (id)
);

-- One number that rises with every change to a story, so that a process can ask cheaply whether its copies are still true.
create table story_revision (
  one boolean primary key default true check (one),
  revision bigint not null
);
insert into story_revision (revision) values (1);

create function story_history_only_grows() returns trigger language plpgsql as $$
begin
  raise exception 'rows of % are never changed or deleted', tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger story_version_only_grows before update or delete or truncate on story_version
  for each statement execute function story_history_only_grows();
create trigger story_correction_only_grows before update or delete or truncate on story_correction
  for each statement execute function story_history_only_grows();

-- What was published stays reachable: it can be corrected or retracted, not deleted or made a draft again.
create function story_stays_public() returns trigger language plpgsql as $$
begin
  if old.status <> 'draft' and (tg_op = 'DELETE' or new.status = 'draft' or new.version < old.version) then
    raise exception 'a story that was published is corrected or retracted, never unmade' using errcode = 'restrict_violation';
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger story_stays_public before update or delete on story
  for each row execute function story_stays_public();
