// The view of the older table as PostgreSQL takes it, with the column types that table had. Never edited again, like the migration it belongs to.

const microseconds = (column: string): string => `(timestamp 'epoch' + ${column} * interval '1 microsecond')`;

/** The view `model_registry`: times without zone, in UTC; metrics and configuration as JSON, byte for byte. */
export const MODEL_REGISTRY_POSTGRES = `
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
  cast(registration.metrics as json) as performance_metrics,
  cast(registration.config as json) as config,
  ${microseconds("version.created_at")} as created_at,
  (select ${microseconds("max(at)")} from move
    where move.line_id = version.line_id and move.version_id = version.id and to_status = 'production') as activated_at,
  case when version.status = 'production' then null else
    (select ${microseconds("max(at)")} from move
      where move.line_id = version.line_id and move.version_id = version.id and from_status = 'production') end as deactivated_at,
  registration.created_by as created_by,
  registration.notes as notes
from version
join line on line.id = version.line_id
join registration on registration.version_id = version.id
where line.namespace = 'strategy'`;
