// Registrations with their metrics, paper trading, gate policies, current datasets, and the chain of the history. Never edited again, like every released migration.

import type { Migration } from "../migrate.ts";
import { MODEL_REGISTRY_POSTGRES } from "./0004-model-registry-postgres.ts";

// A row is what a registration says about a version besides its file: written with the version, never changed. `metadata` is the sidecar's
// text, byte for byte (metadata_sha256 is its digest); metrics, config and dataset_versions are JSON objects taken out of it for queries.
const REGISTRATION = `
create table registration (
  version_id integer primary key references version (id),
  model_id text not null constraint registration_model_id unique,
  format text not null,
  created_by text not null,
  model_path text not null,
  checksum_sha256 text not null,
  metadata text not null,
  metadata_sha256 text not null,
  snapshot_id text not null,
  config_hash text not null,
  dataset_versions text not null,
  metrics text not null,
  config text not null,
  run_id text not null,
  experiment_id text not null,
  notes text not null
) strict`;

// A row is one metric of a version, always finite: what ranks and filters look at. Written with the version, never changed.
const METRIC = `
create table metric (
  version_id integer not null,
  line_id integer not null,
  name text not null,
  value real not null,
  primary key (version_id, name),
  foreign key (line_id, version_id) references version (line_id, id)
) strict, without rowid`;

const METRIC_BY_VALUE = `create index metric_by_value on metric (line_id, name, value, version_id)`;

// A row is one stretch of paper trading of a version, measured between two times of the daemon's clock. stopped_at is null while it is open;
// then only the stop is written. It never goes away.
const PAPER_RECORD = `
create table paper_record (
  id integer primary key,
  line_id integer not null,
  version_id integer not null,
  started_at integer not null,
  started_by text not null,
  stopped_at integer,
  stopped_by text not null,
  evidence text not null,
  foreign key (line_id, version_id) references version (line_id, id),
  constraint paper_record_order check (stopped_at is null or stopped_at >= started_at)
) strict`;

const PAPER_BY_VERSION = `create index paper_record_by_version on paper_record (line_id, version_id, id)`;
const ONE_OPEN_PAPER = `create unique index paper_record_one_open on paper_record (version_id) where stopped_at is null`;

// A row is what was set as the gates of a line or a namespace at an event; the newest of a target holds, an empty body says that nothing is set.
const GATE_POLICY = `
create table gate_policy (
  sequence integer primary key references event (sequence),
  target text not null,
  body text not null
) strict`;

// A row says which version of a dataset was current from an event on; the newest of a name holds.
const DATASET_VERSION = `
create table dataset_version (
  sequence integer primary key references event (sequence),
  name text not null,
  version text not null
) strict`;

const GATE_POLICY_BY_TARGET = `create index gate_policy_by_target on gate_policy (target, sequence)`;
const DATASET_VERSION_BY_NAME = `create index dataset_version_by_name on dataset_version (name, sequence)`;

// hash: of the hash before and of everything that the move says (daemon/storage/move-chain.ts). Moves from before this column have none of
// their own; the first that has one covers them, too.
const MOVE_COLUMNS = [
  `alter table move add column gates text not null default ''`,
  `alter table move add column gates_skipped integer not null default 0 constraint move_gates_skipped check (gates_skipped in (0, 1))`,
  `alter table move add column request_id text not null default ''`,
  `alter table move add column hash text not null default ''`,
];

const MOVE_BY_REQUEST = `create unique index move_by_request on move (request_id) where request_id <> ''`;
// What is live on a line changes with few of its moves; those are looked for by time. Where a version leaves production because another
// enters it, what is live changes with the one that enters. Queries name the same condition (daemon/storage/live-history.ts), and find all that
// they need in the index.
const MOVE_LIVE = `create index move_live on move (line_id, at, version_id, to_status, from_status, action)
  where (to_status = 'production' or (from_status = 'production' and action in ('withdrawn', 'failed')))`;
const MOVE_BY_VERSION = `create index move_by_version on move (version_id, sequence)`;
const VERSION_BY_STATUS = `create index version_by_status on version (line_id, status, id)`;
const VERSION_NEWEST = `create index version_newest on version (status, id)`;
// The client's id is the event's reason: the newest report of one client is one step.
const EVENT_LOADED = `create index event_loaded on event (source, group_key, reason, at) where kind = 'client_loaded'`;

// The older table of one row per strategy version, for those who query it.
const MODEL_REGISTRY = `
create view model_registry as
select
  version.id as id,
  line.name as strategy_name,
  version.label as version,
  nullif(registration.run_id, '') as mlflow_run_id,
  nullif(registration.experiment_id, '') as mlflow_experiment_id,
  registration.model_path as model_path,
  case
    when version.status = 'production' then 'active'
    when version.status = 'failed' then 'failed'
    when exists (select 1 from paper_record where paper_record.version_id = version.id and stopped_at is null) then 'testing'
    else 'inactive'
  end as status,
  registration.metrics as performance_metrics,
  registration.config as config,
  strftime('%Y-%m-%d %H:%M:%S', version.created_at / 1000000, 'unixepoch') || printf('.%06d', version.created_at % 1000000) as created_at,
  (select strftime('%Y-%m-%d %H:%M:%S', max(at) / 1000000, 'unixepoch') || printf('.%06d', max(at) % 1000000) from move
    where move.line_id = version.line_id and move.version_id = version.id and to_status = 'production') as activated_at,
  case when version.status = 'production' then null else
    (select strftime('%Y-%m-%d %H:%M:%S', max(at) / 1000000, 'unixepoch') || printf('.%06d', max(at) % 1000000) from move
      where move.line_id = version.line_id and move.version_id = version.id and from_status = 'production') end as deactivated_at,
  registration.created_by as created_by,
  registration.notes as notes
from version
join line on line.id = version.line_id
join registration on registration.version_id = version.id
where line.namespace = 'strategy'`;

const kept = (table: string, what: string): readonly string[] => [
  `create trigger ${table}_never_updated before update on ${table} begin select raise(abort, '${what} is never changed'); end`,
  `create trigger ${table}_never_deleted before delete on ${table} begin select raise(abort, '${what} is never deleted'); end`,
];

const PAPER_KEPT = [
  `create trigger paper_record_never_reopened before update on paper_record when old.stopped_at is not null
  begin select raise(abort, 'a closed record of paper trading is never changed'); end`,
  `create trigger paper_record_start_kept before update of id, line_id, version_id, started_at, started_by on paper_record
  begin select raise(abort, 'the start of paper trading is never changed'); end`,
  `create trigger paper_record_never_deleted before delete on paper_record
  begin select raise(abort, 'a record of paper trading is never deleted'); end`,
];

/** The registry: registrations, gates, paper trading, datasets, the chain of the history, and the view of the older table. */
export const REGISTRY: Migration = {
  number: 4,
  name: "registry",
  statements: [
    `alter table version_file drop constraint version_file_kind`,
    `alter table version_file add constraint version_file_kind check (kind in ('factors_txt', 'ic_csv', 'info_pkl', 'model_pkl', 'model_json',
      'golden', 'series', 'converted_json', 'proof', 'model_file', 'metadata'))`,
    `alter table event drop constraint event_kind`,
    `alter table event add constraint event_kind check (kind in (
      'source_added', 'source_changed', 'source_removed', 'source_degraded', 'source_recovered',
      'group_changed', 'group_gone',
      'version_captured', 'version_live', 'version_moved', 'line_withdrawn', 'line_degraded', 'line_recovered', 'line_pinned', 'line_unpinned',
      'client_loaded',
      'version_registered', 'model.validation.failed', 'gates_refused', 'paper_started', 'paper_stopped', 'policy_changed', 'dataset_changed'))`,
    REGISTRATION,
    METRIC,
    METRIC_BY_VALUE,
    PAPER_RECORD,
    PAPER_BY_VERSION,
    ONE_OPEN_PAPER,
    GATE_POLICY,
    GATE_POLICY_BY_TARGET,
    DATASET_VERSION,
    DATASET_VERSION_BY_NAME,
    ...MOVE_COLUMNS,
    MOVE_BY_REQUEST,
    MOVE_LIVE,
    MOVE_BY_VERSION,
    VERSION_BY_STATUS,
    VERSION_NEWEST,
    EVENT_LOADED,
    MODEL_REGISTRY,
    ...kept("registration", "a registration"),
    ...kept("metric", "a metric of a version"),
    ...kept("gate_policy", "the history of gates"),
    ...kept("dataset_version", "the history of datasets"),
    ...PAPER_KEPT,
  ],
  postgres: [[MODEL_REGISTRY, MODEL_REGISTRY_POSTGRES]],
};
