// Which clients have a line loaded, for whoever is about to change what is live on it.

import type { ClientView } from "../../shared/contract/views.ts";
import type { DaemonClient } from "../client/daemon-client.ts";
import { shortTime } from "../format/times.ts";
import type { CliContext } from "./context.ts";
import { printTable, type TableColumn } from "./table.ts";

type Row = Pick<ClientView, "client_id" | "peer" | "watching"> & { readonly loaded: ClientView["loaded"][number] };

const COLUMNS: readonly TableColumn<Row>[] = [
  { title: "CLIENT", cell: (row) => row.client_id },
  { title: "RUNS", cell: (row) => row.loaded.version },
  { title: "SINCE", cell: (row) => shortTime(row.loaded.at) },
  { title: "WATCHING", cell: (row) => (row.watching ? "yes" : "no") },
];

/** Prints one line for each client that has said it runs a version of the line. */
export async function printLoaded(context: CliContext, client: DaemonClient, line: string): Promise<void> {
  const { items } = await client.call("client.list", {}, context.signal);
  const rows = items.flatMap(({ loaded, ...one }): Row[] =>
    loaded.flatMap((each) => (each.line === line ? [{ ...one, loaded: each }] : [])),
  );
  await printTable(context, COLUMNS, rows, "no client has said that it runs this line");
}
