// Commands that look at the daemon as a whole: status, clients, events.

import type { CatalogEvent } from "../../shared/contract/events.ts";
import type { ClientView, StatusView } from "../../shared/contract/views.ts";
import type { Role } from "../format/styled.ts";
import { printable } from "../format/cell-width.ts";
import { shortTime } from "../format/times.ts";
import { wholeNumber, type Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT } from "./exit-codes.ts";
import { printFields, printTable, type TableColumn } from "./table.ts";

type Field = readonly [string, string, Role?];

function statusFields(status: StatusView, socketPath: string): readonly Field[] {
  return [
    ["daemon", `${status.daemon_version}, pid ${status.pid}, since ${shortTime(status.started_at)}`],
    ["state", status.ready ? "ready" : "scanning", status.ready ? "good" : "warn"],
    ["sources", `${status.sources}, ${status.sources_degraded} degraded`, status.sources_degraded > 0 ? "bad" : "plain"],
    [
      "groups",
      `${status.groups}, ${status.groups_ready} ready, ${status.groups_degraded} degraded`,
      status.groups_degraded > 0 ? "bad" : "plain",
    ],
    ["live lines", String(status.lines_live)],
    ["clients", String(status.clients)],
    ["events", `up to ${status.sequence}`],
    ["watching", status.watching ? "yes" : "no: files are looked at only on refresh", status.watching ? "plain" : "warn"],
    ...(status.capture_stopped === "" ? [] : [["capture", status.capture_stopped.replace(/^capture /, ""), "bad"] as const]),
    ["gRPC", status.grpc ?? "off"],
    ["HTTP", status.http ?? "off"],
    ["socket", socketPath],
  ];
}

/** `status` */
export const STATUS: Command = {
  words: "status",
  async run(context) {
    const client = await context.client();
    const status = await client.call("status", {}, context.signal);
    if (context.json) await context.document(status);
    else await printFields(context, statusFields(status, client.welcome.socketPath));
    return EXIT.done;
  },
};

type LoadedRow = Pick<ClientView, "client_id" | "peer" | "watching" | "last_seen_at"> & {
  readonly loaded: ClientView["loaded"][number] | undefined;
};

const CLIENT_COLUMNS: readonly TableColumn<LoadedRow>[] = [
  { title: "CLIENT", cell: (row) => row.client_id },
  { title: "PEER", cell: (row) => row.peer },
  { title: "WATCHING", cell: (row) => (row.watching ? "yes" : "no") },
  { title: "LAST SEEN", cell: (row) => shortTime(row.last_seen_at) },
  { title: "LINE", cell: (row) => row.loaded?.line ?? "-" },
  { title: "LOADED", cell: (row) => row.loaded?.version ?? "-" },
  {
    title: "CURRENT",
    cell: (row) => (row.loaded === undefined ? "-" : row.loaded.current ? "yes" : "no"),
    role: (row) => (row.loaded?.current === false ? "warn" : "plain"),
  },
];

/** `clients`: one line for each line that a client has loaded. */
export const CLIENTS: Command = {
  words: "clients",
  async run(context) {
    const list = await (await context.client()).call("client.list", {}, context.signal);
    if (context.json) {
      await context.document(list);
      return EXIT.done;
    }
    const rows = list.items.flatMap(({ loaded, ...client }): LoadedRow[] =>
      loaded.length === 0 ? [{ ...client, loaded: undefined }] : loaded.map((one) => ({ ...client, loaded: one })),
    );
    await printTable(context, CLIENT_COLUMNS, rows, "no client has been seen");
    return EXIT.done;
  },
};

/** `alpha/BTC_ret v3 (was v2): captured [daemon]` */
function eventText(event: CatalogEvent): string {
  const line = event.group_key === "" ? event.source : `${event.source}/${event.group_key}`;
  const version = event.version === "" ? "" : ` ${event.version}`;
  const before = event.previous_version === "" ? "" : ` (was ${event.previous_version})`;
  const why = event.reason === "" ? "" : `: ${event.reason}`;
  const who = event.actor === "" ? "" : ` [${event.actor}]`;
  return `${line}${version}${before}${why}${who}`;
}

/** Fixed, since with --follow nobody knows what is to come: as long as `model.validation.failed`. */
const KIND_WIDTH = 23;

function eventLine(event: CatalogEvent, context: CliContext): string {
  const kind = context.paint(event.kind.padEnd(KIND_WIDTH), event.kind.endsWith("degraded") ? "bad" : "plain");
  return `${String(event.sequence).padStart(8)}  ${shortTime(event.at)}  ${kind}  ${printable(eventText(event))}`;
}

/** `events [--after N] [--follow]`: one line for each event. */
export const EVENTS: Command = {
  words: "events",
  options: [
    { flags: "--after <sequence>", field: "after" },
    { flags: "--follow", field: "follow" },
  ],
  async run(context, given) {
    const after = given.option("after");
    const follow = given.isSet("follow");
    const input = { follow, ...(after === undefined ? {} : { after: wholeNumber(after, "--after") }) };
    const client = await context.client();
    for await (const event of client.stream("event.stream", input, context.signal)) {
      if (context.json) await context.item(event);
      else await context.line(eventLine(event, context));
    }
    return EXIT.done;
  },
};
