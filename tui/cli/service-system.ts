// The running system as the service commands see it: systemd, its users, and programs.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { once } from "node:events";
import type { CliHost } from "./host.ts";

/** How a program ended. `code` null = it could not be started. */
export interface Ran {
  readonly code: number | null;
  readonly text: string;
}

/** What the service commands need of the system; tests hand in their own. */
export interface ServiceSystem {
  /** True when systemd runs this machine (sd_booted(3)). */
  readonly isBooted: boolean;
  readonly isRoot: boolean;
  hasUser(name: string): Promise<boolean>;
  /** Runs a program to its end; never rejects. */
  run(program: string, args: readonly string[]): Promise<Ran>;
}

/** The real one. */
export function openServiceSystem(host: CliHost): ServiceSystem {
  return {
    isBooted: existsSync("/run/systemd/system"),
    isRoot: host.uid === 0,
    hasUser: async (name) => (await runProgram(host, "getent", ["passwd", name])).code === 0,
    run: (program, args) => runProgram(host, program, args),
  };
}

/** Runs a program found on the host's PATH; what it prints comes back as one text. */
export async function runProgram(host: CliHost, program: string, args: readonly string[]): Promise<Ran> {
  const child = spawn(program, args, { env: { ...host.env }, stdio: ["ignore", "pipe", "pipe"], signal: host.signal });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  try {
    const [code] = (await once(child, "close")) as [number | null];
    return { code, text: text.trim() };
  } catch (error) {
    return { code: null, text: error instanceof Error ? error.message : String(error) };
  }
}
