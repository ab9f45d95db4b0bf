// The first schema of the catalog, for SQLite. Never edited again: a test pins its digest, later changes are later migrations.
//
// Conventions of all tables, chosen so that PostgreSQL can hold the same values (integer becomes bigint):
// - times are whole microseconds since 1970 UTC in an integer: exact in a JavaScript number until the year 2255;
// - nanosecond values and inode stamps are text, because a double would round them;
// - flags are 0 or 1; lists are JSON text;
// - digests are sha256 in lower-case hexadecimal;
// - every check has a name, so that a later migration can drop it and add a wider one.

import type { Migration } from "../migrate.ts";

// A row is a directory that was registered under a name. The application writes it when somebody adds, repoints or removes a source.
// It never goes away: a removed source has `removed_at`, and the same row serves again when the name returns.
const SOURCE = `
create table source (
  id integer primary key,
  name text not null unique,
  root_path text not null,
  root_device text,
  policy text not null constraint source_policy check (policy in ('follow', 'gated')),
  created_at integer not null,
  updated_at integer not null,
  removed_at integer
) strict`;

// A row is a line of versions, with what is live on it now and how its files are. The application rewrites it with every change.
// It never goes away, so that numbers are not used twice. `live_version_id` is null when nothing is live; it can only name a version of
// this line, which may be written later in the same transaction (hence deferred).
const LINE = `
create table line (
  id integer primary key,
  namespace text not null,
  name text not null,
  policy text not null constraint line_policy check (policy in ('follow', 'gated')),
  pinned integer not null constraint line_pinned check (pinned in (0, 1)),
  next_number integer not null,
  live_version_id integer,
  last_live_version_id integer,
  live_sequence integer not null,
  live_since integer not null,
  live_reason text not null,
  previous_label text not null,
  degraded text not null,
  health_sequence integer not null,
  health_since integer not null,
  unique (namespace, name),
  foreign key (id, live_version_id) references version (line_id, id) deferrable initially deferred,
  foreign key (id, last_live_version_id) references version (line_id, id) deferrable initially deferred
) strict`;

// A row is an immutable version. It is written once, by a capture or a registration; afterwards only the four status columns change,
// and only together with a row in move. It never goes away, also when the bytes of its files are dropped.
const VERSION = `
create table version (
  id integer primary key,
  line_id integer not null references line (id),
  label text not null,
  number integer not null,
  status text not null constraint version_status check (status in ('staged', 'production', 'archived', 'failed')),
  status_since integer not null,
  status_reason text not null,
  status_actor text not null,
  created_at integer not null,
  content_digest text not null,
  served_sha256 text not null,
  served_bytes integer not null,
  ready integer not null constraint version_ready check (ready in (0, 1)),
  consistent integer not null constraint version_consistent check (consistent in (0, 1)),
  symbol text not null,
  return_name text not null,
  feature_dim integer not null,
  factor_count integer not null,
  train_start text,
  train_end text,
  golden text not null constraint version_golden check (golden in ('absent', 'not_checked')),
  warnings text not null,
  unique (line_id, id),
  unique (line_id, label),
  unique (line_id, number)
) strict`;

// The rule that matters most: a line never has two production versions, whatever the application thinks.
const ONE_PRODUCTION = `create unique index version_one_production on version (line_id) where status = 'production'`;

const VERSION_BY_CONTENT = `create index version_by_content on version (line_id, content_digest, id)`;

// A row is one file that a version was made of: where it lay, and the digest under which its bytes are kept. Written with the version,
// never changed. `position` keeps the order of the list.
const VERSION_FILE = `
create table version_file (
  version_id integer not null references version (id),
  position integer not null,
  kind text not null constraint version_file_kind
    check (kind in ('factors_txt', 'ic_csv', 'info_pkl', 'model_pkl', 'model_json', 'golden', 'series')),
  path text not null,
  size integer not null,
  mtime_ns text not null,
  sha256 text not null,
  primary key (version_id, position)
) strict, without rowid`;

// A row is what a version's files say, as exact JSON text. Apart from version, because it is large and read one at a time. Written with
// the version, never changed.
const VERSION_DESCRIPTION = `
create table version_description (
  version_id integer primary key references version (id),
  body text not null
) strict`;

// A row is what lies on disk for one group, as the daemon last dealt with it; equal stamps after a restart mean that nothing need be
// read. The application replaces it after each capture and deletes it when the group's files are gone.
const DISK_GROUP = `
create table disk_group (
  source_id integer not null references source (id),
  group_key text not null,
  line_id integer not null references line (id),
  files text not null,
  reader_version integer not null,
  content_digest text not null,
  ready integer not null constraint disk_group_ready check (ready in (0, 1)),
  symbol text not null,
  return_name text not null,
  feature_dim integer not null,
  factor_count integer not null,
  train_start text,
  train_end text,
  warnings text not null,
  changed_at integer not null,
  primary key (source_id, group_key)
) strict, without rowid`;

// Without it SQLite would plan to read the whole table for every line that is written, to look for rows that wait for that line.
const DISK_GROUP_BY_LINE = `create index disk_group_by_line on disk_group (line_id)`;

// A row says where the bytes of a digest are kept. Written before the first version that needs them becomes visible; replaced when the
// bytes are stored anew. Retention may delete it together with the bytes.
const STORED_OBJECT = `
create table stored_object (
  sha256 text primary key,
  size integer not null,
  pack text not null,
  byte_offset integer not null
) strict, without rowid`;

// A row is one committed fact, in the order in which facts became true. Written with the change that it tells of; never changed, never
// deleted.
const EVENT = `
create table event (
  sequence integer primary key constraint event_sequence check (sequence > 0),
  at integer not null,
  kind text not null constraint event_kind check (kind in (
    'source_added', 'source_changed', 'source_removed', 'source_degraded', 'source_recovered',
    'group_changed', 'group_gone',
    'version_captured', 'version_live', 'version_moved', 'line_withdrawn', 'line_degraded', 'line_recovered', 'line_pinned', 'line_unpinned',
    'client_loaded')),
  source text not null,
  group_key text not null,
  version text not null,
  previous_version text not null,
  reason text not null,
  actor text not null
) strict`;

// A row is one change of a version's status, with who did it and why: the history. It carries the sequence number of its event. Never
// changed, never deleted.
const MOVE = `
create table move (
  sequence integer primary key references event (sequence),
  at integer not null,
  line_id integer not null,
  version_id integer not null,
  action text not null constraint move_action check (action in (
    'captured', 'returned', 'activated', 'resumed', 'replaced', 'withdrawn',
    'promoted', 'rolled_back', 'registered', 'archived', 'restaged', 'failed')),
  from_status text not null constraint move_from check (from_status in ('none', 'staged', 'production', 'archived', 'failed')),
  to_status text not null constraint move_to check (to_status in ('staged', 'production', 'archived', 'failed')),
  reason text not null,
  actor text not null,
  foreign key (line_id, version_id) references version (line_id, id)
) strict`;

const MOVE_BY_LINE = `create index move_by_line on move (line_id, sequence)`;

// A row says which version of a line a client runs, by its newest report. Replaced by the next report; older reports live on as events.
const LOADED_VERSION = `
create table loaded_version (
  client_id text not null,
  line_id integer not null references line (id),
  version text not null,
  sha256 text not null,
  at integer not null,
  sequence integer not null,
  primary key (line_id, client_id)
) strict, without rowid`;

const kept = (table: string, what: string): readonly string[] => [
  `create trigger ${table}_never_updated before update on ${table} begin select raise(abort, '${what} is never changed'); end`,
  `create trigger ${table}_never_deleted before delete on ${table} begin select raise(abort, '${what} is never deleted'); end`,
];

const VERSION_KEPT = [
  `create trigger version_content_never_updated before update of
    id, line_id, label, number, created_at, content_digest, served_sha256, served_bytes, ready, consistent,
    symbol, return_name, feature_dim, factor_count, train_start, train_end, warnings on version
  begin select raise(abort, 'a version is never changed, except for its status'); end`,
  `create trigger version_never_deleted before delete on version begin select raise(abort, 'a version is never deleted'); end`,
];

const LINE_KEPT = [
  `create trigger line_never_deleted before delete on line begin select raise(abort, 'a line is never deleted'); end`,
  `create trigger source_never_deleted before delete on source begin select raise(abort, 'a source is never deleted'); end`,
];

/** Sources, lines, versions, objects, history and events. */
export const CATALOG: Migration = {
  number: 1,
  name: "catalog",
  statements: [
    SOURCE,
    LINE,
    VERSION,
    ONE_PRODUCTION,
    VERSION_BY_CONTENT,
    VERSION_FILE,
    VERSION_DESCRIPTION,
    DISK_GROUP,
    DISK_GROUP_BY_LINE,
    STORED_OBJECT,
    EVENT,
    MOVE,
    MOVE_BY_LINE,
    LOADED_VERSION,
    ...kept("event", "an event"),
    ...kept("move", "history"),
    ...kept("version_file", "a file of a version"),
    ...kept("version_description", "the description of a version"),
    ...VERSION_KEPT,
    ...LINE_KEPT,
  ],
};
