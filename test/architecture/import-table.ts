// Who may import whom, as data. The first row whose `room` begins a file's path holds for that file.

/** One row of the table. */
export interface RoomRules {
  /** A folder (ends with `/`) or one file. */
  readonly room: string;
  /** Path prefixes of our own files that may be imported; the room itself is always among them. */
  readonly imports: readonly string[];
  /** Our own files that may be imported as types only. */
  readonly typesOf?: readonly string[];
  /** Our own files that never may, though a prefix of `imports` covers them. */
  readonly never?: readonly string[];
  /** Packages from npm that may be imported. */
  readonly packages: "any" | readonly string[];
  /** Modules of Node that may be imported, without `node:`. */
  readonly builtins: "any" | readonly string[];
  /** Files end in `.ts`: no JSX. */
  readonly plainTypeScript?: true;
}

/** Places where a test makes the daemon fail; a build leaves them out. */
const failpoints = "daemon/failpoint.ts";

const applicationTypes = ["daemon/app/ports.ts", "daemon/app/doors.ts"];

/** A room of the daemon that implements ports: never sees another room, never a transport. */
function port(room: string): RoomRules {
  return { room, imports: ["shared/", "daemon/artifacts/", failpoints], typesOf: applicationTypes, packages: "any", builtins: "any" };
}

/** A door: shared, the application, and nothing of the other doors. */
function transport(room: string): RoomRules {
  return { room, imports: ["shared/", "daemon/app/"], packages: "any", builtins: "any" };
}

/** A room of the terminal program that stays testable without a terminal. */
function plain(room: string): RoomRules {
  return {
    room,
    // The view of the daemon is a seam: types and the one error that says "gone".
    imports: ["shared/", "tui/state/", "tui/keys/", "tui/charts/", "tui/format/", "tui/client/daemon-client.ts"],
    packages: room === "tui/charts/" ? ["asciichart"] : [],
    builtins: [],
    plainTypeScript: true,
  };
}

/** DESIGN's table, row by row. */
export const importTable: readonly RoomRules[] = [
  { room: "shared/contract/", imports: ["shared/"], packages: ["zod"], builtins: [], plainTypeScript: true },
  { room: "shared/", imports: ["shared/"], packages: [], builtins: [], plainTypeScript: true },

  // The application decides; whatever touches the world comes in through its ports.
  { room: "daemon/app/", imports: ["shared/", failpoints], packages: ["zod"], builtins: ["crypto", "path", "util"] },
  { room: "daemon/artifacts/", imports: ["shared/"], packages: ["csv-parse"], builtins: ["buffer", "crypto", "util", "zlib"] },
  port("daemon/access/"),
  port("daemon/config/"),
  port("daemon/disk/"),
  port("daemon/market/"),
  port("daemon/ops/"),
  port("daemon/safekeeping/"),
  port("daemon/serving/"),
  port("daemon/signals/"),
  port("daemon/storage/"),
  port("daemon/training/"),
  port("daemon/workers/"),
  transport("daemon/transport/amqp/"),
  transport("daemon/transport/grpc/"),
  transport("daemon/transport/http/"),
  transport("daemon/transport/ipc/"),
  // Launchers, and the build that they start when dist/ is stale.
  { room: "daemon/bin/", imports: ["daemon/main.ts"], packages: ["esbuild"], builtins: "any" },
  {
    room: "daemon/main.ts",
    imports: ["daemon/daemon.ts", "daemon/config/", "daemon/file-verbs.ts", "shared/"],
    packages: [],
    builtins: "any",
  },
  { room: failpoints, imports: [], packages: [], builtins: "any" },
  // `model-managerd file VERB`: looks at one file, without a daemon.
  { room: "daemon/file-verbs.ts", imports: ["daemon/artifacts/", "shared/"], packages: [], builtins: "any" },
  { room: "daemon/daemon.ts", imports: ["daemon/", "shared/"], never: ["daemon/main.ts"], packages: [], builtins: "any" },

  plain("tui/state/"),
  plain("tui/keys/"),
  plain("tui/charts/"),
  plain("tui/format/"),
  // gRPC only for the old `get --host --port`; everything else goes over the socket.
  { room: "tui/client/", imports: ["shared/"], packages: ["@grpc/grpc-js", "@grpc/proto-loader", "node-ipc"], builtins: "any" },
  {
    room: "tui/views/",
    imports: ["shared/", "tui/"],
    never: ["tui/cli/", "tui/main.ts"],
    packages: ["ink", "react"],
    builtins: [],
  },
  { room: "tui/cli/", imports: ["shared/", "tui/"], packages: ["commander"], builtins: "any" },
  { room: "tui/bin/", imports: ["tui/main.ts"], packages: [], builtins: "any" },
  { room: "tui/", imports: ["shared/", "tui/"], packages: "any", builtins: "any" },
];

/** Libraries that touch the world: how many files of a side may import each, so that it can be replaced there. */
export const ioLibraries: Readonly<Record<string, { readonly daemon: number; readonly tui: number }>> = {
  "@grpc/grpc-js": { daemon: 1, tui: 1 },
  "@grpc/proto-loader": { daemon: 1, tui: 1 },
  "@grpc/reflection": { daemon: 1, tui: 0 },
  "grpc-health-check": { daemon: 1, tui: 0 },
  asciichart: { daemon: 0, tui: 1 },
  "better-sqlite3": { daemon: 1, tui: 0 },
  chokidar: { daemon: 1, tui: 0 },
  // Three things Node lacks, each in a file of its own: credentials of a socket's peer, sd_notify, and _exit.
  koffi: { daemon: 3, tui: 0 },
  "node-ipc": { daemon: 1, tui: 1 },
  pg: { daemon: 1, tui: 0 },
  pino: { daemon: 1, tui: 0 },
};
