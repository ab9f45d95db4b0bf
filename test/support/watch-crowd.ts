// A program that watches the daemon over many connections, one of which stops reading when it is told to. A test forks it and asks for figures.

import { quantile } from "../bench/report.ts";
import { openModelClient, type Change } from "./model-client.ts";

/** What the test asks; each is answered by one message. */
export type CrowdQuestion = "stall" | "go-on" | "figures";

/** What the crowd says to "figures"; the times are those since the last question. */
export interface CrowdFigures {
  /** Changes that the readers got, and the 99th percentile of the milliseconds from being committed to being read. */
  readonly count: number;
  readonly p99Ms: number;
  /** The newest sequence that every reader has got. */
  readonly newestOfAll: number;
  /** What the one that stalls has got: its newest sequence, and the version of each group. */
  readonly newestOfStalled: number;
  readonly stalledState: Readonly<Record<string, string>>;
}

const [address = "", size = "0"] = process.argv.slice(2);
let times: number[] = [];
const readers = Array.from({ length: Number(size) - 1 }, (_, i) => read(i));
const stalled = read(-1);

/** One watcher on its own connection. */
function read(index: number) {
  const isStalling = index < 0;
  const client = openModelClient(address, { "grpc.use_local_subchannel_pool": 1 });
  const stream = client.watch({ client_id: `crowd ${index}` });
  const watcher = { stream, newest: 0, isCurrent: false, state: new Map<string, string>() };
  stream.on("data", (change: Change) => {
    watcher.newest = Math.max(watcher.newest, Number(change.sequence));
    if (change.kind === "KIND_SNAPSHOT_END") watcher.isCurrent = true;
    if (change.kind !== "KIND_LIVE") return;
    watcher.state.set(change.group_key, change.version);
    if (watcher.isCurrent && !isStalling) times.push(performance.timeOrigin + performance.now() - millisecondsOf(change.occurred_at));
  });
  stream.on("error", (error) => {
    process.stderr.write(`a watcher of the crowd was ended: ${error.message}\n`);
    process.exit(1);
  });
  return watcher;
}

/** Date.parse drops what is below a millisecond. */
function millisecondsOf(time: string): number {
  return Date.parse(`${time.slice(0, 19)}Z`) + Number(`0.${time.slice(20, -1)}`) * 1000;
}

function figures(): CrowdFigures {
  const taken = times;
  times = [];
  return {
    count: taken.length,
    p99Ms: quantile(taken, 0.99),
    newestOfAll: Math.min(...readers.map(({ newest }) => newest)),
    newestOfStalled: stalled.newest,
    stalledState: Object.fromEntries(stalled.state),
  };
}

process.on("message", (question: CrowdQuestion) => {
  if (question === "stall") stalled.stream.pause();
  if (question === "go-on") stalled.stream.resume();
  process.send?.(question === "figures" ? figures() : {});
});
process.on("disconnect", () => process.exit());
