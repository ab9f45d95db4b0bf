// Commands on datasets: which versions are current, and whether a model still fits them.

import type { Output } from "../../shared/contract/operations.ts";
import { printable } from "../format/cell-width.ts";
import { shortTime } from "../format/times.ts";
import type { Command } from "./command.ts";
import { REASON } from "./confirm.ts";
import { report } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { LINE } from "./line-commands.ts";
import { printFields, printTable, type TableColumn } from "./table.ts";

/** `dataset set NAME VERSION` */
export const DATASET_SET: Command = {
  words: "dataset set",
  arguments: [
    { name: "<dataset>", field: "name", help: "name of the dataset" },
    { name: "<dataset-version>", field: "version", help: "its version, any text" },
  ],
  options: [REASON],
  async run(context, given) {
    const input = { name: given.needed(0), version: given.needed(1), reason: given.option("reason") ?? "" };
    const done = await (await context.client()).call("dataset.set", input, context.signal);
    const was =
      done.previous_version === "" ? "" : done.previous_version === done.version ? " (as before)" : ` (was ${done.previous_version})`;
    return report(context, done, () => context.line(printable(`${done.name} is at ${done.version}${was}`)));
  },
};

const DATASET_COLUMNS: readonly TableColumn<Output<"dataset.list">["items"][number]>[] = [
  { title: "DATASET", cell: (row) => row.name },
  { title: "VERSION", cell: (row) => row.version },
  { title: "SINCE", cell: (row) => shortTime(row.since) },
  { title: "BY", cell: (row) => row.actor },
];

/** `dataset list` */
export const DATASET_LIST: Command = {
  words: "dataset list",
  async run(context) {
    const list = await (await context.client()).call("dataset.list", {}, context.signal);
    if (context.json) await context.document(list);
    else
      await printTable(
        context,
        DATASET_COLUMNS,
        list.items,
        "no dataset has a current version; `model-manager dataset set NAME VERSION` says one",
      );
    return EXIT.done;
  },
};

/** `compat check LINE [VERSION]`: exit code 1 when the version may not be used. */
export const COMPAT_CHECK: Command = {
  words: "compat check",
  arguments: [LINE, { name: "[version]", help: "a version label (default: the live version)" }],
  options: [
    { flags: "--strict", field: "strict" },
    { flags: "--no-strict", help: "drift only warns" },
  ],
  async run(context, given) {
    const version = given.positional(1);
    const strict = given.flag("strict");
    const input = { line: given.needed(0), ...(version === undefined ? {} : { version }), ...(strict === undefined ? {} : { strict }) };
    const found = await (await context.client()).call("compat.check", input, context.signal);
    if (context.json) await context.document(found);
    else {
      await printFields(context, [
        ["version", `${found.line} ${found.version}`, "strong"],
        ["compatible", found.compatible ? "yes" : "NO", found.compatible ? "good" : "bad"],
        ["level", `${found.level}${found.strict ? ", strict" : ", not strict"}`],
        ...found.warnings.map((warning) => ["warning", warning, "warn"] as const),
      ]);
    }
    return found.compatible ? EXIT.done : EXIT.failed;
  },
};
