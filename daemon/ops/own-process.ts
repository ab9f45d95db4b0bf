// What the daemon finds about its own process: the checks of `doctor` that only it can make.

import { access, constants, readdir, readFile, readlink, statfs } from "node:fs/promises";
import type { CheckView } from "../../shared/contract/service-operations.ts";
import { CAPTURE_STOPS_BELOW } from "../../shared/domain/free-space.ts";
import type { OwnProcess, RecentLog } from "../app/ports.ts";
import { libsystemdFault } from "./notify-systemd.ts";

/** What `createOwnProcess` is told. */
export interface OwnProcessOptions {
  readonly stateDir: string;
  readonly log: RecentLog;
  /** Which parts give no sign of life; empty = all do. */
  readonly lifeFault: () => string;
  /** Folders of the kernel's tables; others in tests. */
  readonly proc?: string;
}

type Finding = Omit<CheckView, "name">;
interface Check {
  readonly name: string;
  look(options: Required<OwnProcessOptions>): Promise<Finding>;
}

const FREE_WARN = 0.1;
/** A share of a limit from which on somebody should raise it. */
const NEARLY = 0.8;
/** Fewer open files than this are soon used up: one a client, one a reader, a few of our own. */
const FEW_FILES = 1024;

const found = (state: CheckView["state"], detail: string, mend = ""): Finding => ({ state, detail, mend });

const CHECKS: readonly Check[] = [
  { name: "runtime", look: () => Promise.resolve(found("ok", `Node ${process.version}, ${process.platform} ${process.arch}`)) },
  { name: "parts", look: ({ lifeFault }) => Promise.resolve(partsFinding(lifeFault())) },
  { name: "state directory", look: ({ stateDir }) => lookAtStateDirectory(stateDir) },
  { name: "open files", look: ({ proc }) => lookAtOpenFiles(proc) },
  { name: "file events", look: ({ proc }) => lookAtInotify(proc) },
  { name: "libsystemd", look: lookAtLibsystemd },
];

/** The process as the application sees it. */
export function createOwnProcess(options: OwnProcessOptions): OwnProcess {
  const all = { proc: "/proc", ...options };
  return {
    log: options.log,
    examine: () => Promise.all(CHECKS.map(async ({ name, look }) => ({ name, ...(await look(all).catch(notFound)) }))),
  };
}

/** Not every system has every table; that is no fault of the daemon. */
function notFound(error: unknown): Finding {
  return found("info", `could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
}

function partsFinding(fault: string): Finding {
  if (fault === "") return found("ok", "database, watcher and readers give signs of life");
  return found("fail", fault, "restart the daemon: systemctl restart model-managerd");
}

async function lookAtStateDirectory(stateDir: string): Promise<Finding> {
  try {
    await access(stateDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const mend = `make ${stateDir} writable for the daemon's user (uid ${process.getuid?.() ?? "?"})`;
    return found("fail", `${stateDir}: ${error instanceof Error ? error.message : String(error)}`, mend);
  }
  const { bavail, blocks, bsize } = await statfs(stateDir);
  const share = blocks === 0 ? 1 : bavail / blocks;
  const detail = `${stateDir}, ${((bavail * bsize) / 2 ** 30).toFixed(1)} GiB free (${(share * 100).toFixed(0)} %)`;
  const mend = `make room on the file system of ${stateDir}`;
  if (share < CAPTURE_STOPS_BELOW) return found("fail", `${detail}: below 5 % nothing new is captured`, mend);
  return share < FREE_WARN ? found("warn", `${detail}: below 5 % nothing new is captured`, mend) : found("ok", detail);
}

async function lookAtOpenFiles(proc: string): Promise<Finding> {
  const limits = await readFile(`${proc}/self/limits`, "utf8");
  const most = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  const used = (await readdir(`${proc}/self/fd`)).length;
  if (most === undefined) return found("info", `${used} open, no limit`);
  const detail = `${used} open of ${most} allowed`;
  const mend = "raise LimitNOFILE= in a drop-in of the unit, or `ulimit -n` where the daemon is started";
  if (used > Number(most) * NEARLY) return found("fail", detail, mend);
  return Number(most) < FEW_FILES ? found("warn", detail, mend) : found("ok", detail);
}

/** The kernel lists every watch of an inotify descriptor on a line of its own (proc_pid_fdinfo(5)). */
async function lookAtInotify(proc: string): Promise<Finding> {
  const limit = async (name: string): Promise<number> => Number(await readFile(`${proc}/sys/fs/inotify/${name}`, "utf8"));
  const [mostWatches, mostInstances] = await Promise.all([limit("max_user_watches"), limit("max_user_instances")]);
  let watches = 0;
  let instances = 0;
  for (const descriptor of await readdir(`${proc}/self/fd`)) {
    // A descriptor of this very listing is closed by now.
    const target = await readlink(`${proc}/self/fd/${descriptor}`).catch(() => "");
    if (!target.includes("inotify")) continue;
    instances++;
    const table = await readFile(`${proc}/self/fdinfo/${descriptor}`, "utf8").catch(() => "");
    for (let at = table.indexOf("inotify wd:"); at >= 0; at = table.indexOf("inotify wd:", at + 1)) watches++;
  }
  const detail = `${watches} folders watched of ${mostWatches} that a user may watch, ${instances} of ${mostInstances} instances`;
  if (watches > mostWatches * NEARLY) {
    return found("warn", detail, `sysctl fs.inotify.max_user_watches=${Math.max(mostWatches * 4, 524_288)} (and in /etc/sysctl.d)`);
  }
  if (mostInstances < 16) return found("warn", detail, "sysctl fs.inotify.max_user_instances=128 (and in /etc/sysctl.d)");
  return found("ok", detail);
}

async function lookAtLibsystemd(): Promise<Finding> {
  const fault = await libsystemdFault();
  if (fault === "") return found("ok", "systemd can be told of readiness and health");
  return found("info", `not needed without systemd; ${fault}`, "with systemd: apt-get install libsystemd0");
}
