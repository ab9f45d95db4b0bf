// From the flags of a registration to the operation's input. Texts of JSON travel as they were typed: their numbers' spelling is part of a digest.

import type { CallInput } from "../../shared/contract/operations.ts";
import { absolutePath } from "../../shared/domain/paths.ts";
import type { Given, OptionSpec } from "./command.ts";
import type { CliContext } from "./context.ts";
import { UsageError } from "./exit-codes.ts";
import { environmentOf } from "./registering-host.ts";

/** The flags of the older registry's `register`. */
export const CONTRACT_OPTIONS: readonly OptionSpec[] = [
  // Not <version>: completion offers the versions that are there, and none of those can be registered.
  { flags: "--version <label>", help: "label of the new version, such as v1.0.0 (needed)" },
  { flags: "--created-by <who>", help: "who made the model" },
  { flags: "--snapshot-id <id>", help: "the snapshot that it was trained on (default: manual)" },
  { flags: "--dataset-versions <json>", field: "dataset_versions", help: "JSON object: dataset name to version" },
  { flags: "--factors <list>", help: "factor names, separated by commas" },
  { flags: "--parameters <json>", help: "JSON object with the parameters that the type needs" },
  { flags: "--metrics <json>", help: "JSON object: metric name to number" },
  { flags: "--config <json>", help: "JSON object; its hash is kept" },
  { flags: "--skip-lineage-check", help: "do not compare the datasets with the current ones" },
];

/** What ours takes besides. */
export const MORE_OPTIONS: readonly OptionSpec[] = [
  { flags: "--metadata <file>", help: "metadata.json of the version (default: the one beside the file)" },
  { flags: "--environment <json>", help: "fields of env that only the trainer knows, such as python_version" },
  { flags: "--model-id <id>", help: "an id of your own (default: a new UUID)" },
  { flags: "--run-id <id>", help: "run of an experiment tracker, such as MLflow's" },
  { flags: "--experiment-id <id>", help: "experiment of that tracker" },
  { flags: "--notes <text>", help: "whatever should be known about it" },
];

function environmentFlag(given: Given): Readonly<Record<string, unknown>> | undefined {
  const text = given.option("environment");
  if (text === undefined) return undefined;
  const value = readObject(text);
  if (value === undefined) throw new UsageError(`--environment must be a JSON object, not ${JSON.stringify(text)}`);
  return value;
}

function readObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    // No JSON at all.
    return undefined;
  }
}

/** The input of `registry.register`: what was typed, the environment of this host, nothing else. Throws UsageError for a missing version and a bad --environment. */
export function registrationInput(
  { host }: CliContext,
  given: Given,
  { line, file, createdBy }: { readonly line: string; readonly file: string; readonly createdBy: string },
): CallInput<"registry.register"> {
  const version = given.option("version");
  if (version === undefined) throw new UsageError("--version is needed: the label of the new version, such as v1.0.0");
  const metadata = given.option("metadata");
  const text = (name: string): string => given.option(name) ?? "";
  const environment = environmentOf(host.cwd, given.option("createdBy") ?? createdBy, environmentFlag(given));
  return {
    ...{ line, version, path: absolutePath(file, host), metadata_path: metadata === undefined ? "" : absolutePath(metadata, host) },
    ...{ created_by: text("createdBy"), snapshot_id: text("snapshotId"), environment: JSON.stringify(environment) },
    ...{ dataset_versions: text("datasetVersions"), parameters: text("parameters"), metrics: text("metrics"), config: text("config") },
    factors: text("factors")
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
    ...{ model_id: text("modelId"), run_id: text("runId"), experiment_id: text("experimentId"), notes: text("notes") },
    ...{ reason: text("reason"), skip_lineage_check: given.isSet("skipLineageCheck") },
  };
}
