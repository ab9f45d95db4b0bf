// Errors of the disk made to order, by libfiu, which stands between a program and its C library.

import { execFileSync } from "node:child_process";
import { programOnPath, type Requirement } from "./requirements.ts";

/** What a fault hits: positioned reads and writes are files only, never sockets. */
export type FaultyCall = "posix/io/rw/pwrite" | "posix/io/rw/pread" | "posix/io/sync/*";

/** The two programs of libfiu. */
export function libfiu(): Requirement {
  const lacking = ["fiu-run", "fiu-ctrl"].filter((program) => programOnPath(program) === undefined);
  if (lacking.length === 0) return { name: "fiu", available: true, command: "fiu-run", reason: "" };
  return { name: "fiu", available: false, command: "", reason: `${lacking.join(" and ")} not on PATH; apt-get install fiu-utils` };
}

/** The command that starts a program whose calls can be made to fail; `control` is the beginning of a path for its pipes. */
export function faultyLauncher(control: string): readonly string[] {
  return ["fiu-run", "-x", "-f", control];
}

/** Makes a share of the process's calls fail with this number of an error, until `disable`. */
export function enableFault(control: string, pid: number, call: FaultyCall, errno: number, probability: number): void {
  order(control, pid, `enable_random name=${call},failinfo=${errno},probability=${probability}`);
}

/** The calls work again. */
export function disableFault(control: string, pid: number, call: FaultyCall): void {
  order(control, pid, `disable name=${call}`);
}

function order(control: string, pid: number, command: string): void {
  execFileSync("fiu-ctrl", ["-f", control, "-c", command, String(pid)], { stdio: ["ignore", "ignore", "inherit"], timeout: 10_000 });
}
