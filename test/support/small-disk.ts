// A small file system of its own, in a mount namespace that nobody else sees: one that a test may fill up.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { mkdir, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { Requirement } from "./requirements.ts";

/** A mounted tmpfs. Disposing it unmounts it. */
export interface SmallDisk extends AsyncDisposable {
  /** Where programs that are started with `launcher` see it. */
  readonly path: string;
  readonly launcher: readonly string[];
  /** Fills it up until only this share of it is free. */
  fillTo(freeShare: number): Promise<void>;
  /** Removes what filled it. */
  clear(): Promise<void>;
}

const CHUNK_BYTES = 1024 * 1024;

/** May this user mount something in a namespace of its own? */
export function mountNamespace(): Requirement {
  const name = "mount-namespace";
  const probe = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], { encoding: "utf8", timeout: 10_000 });
  if (probe.status === 0) return { name, available: true, command: "unshare", reason: "" };
  const why = probe.error?.message ?? probe.stderr.trim().split("\n")[0] ?? "";
  return { name, available: false, command: "", reason: `this user may not mount in a namespace of its own (${why}); root may` };
}

/** Mounts a tmpfs of so many bytes at `path`, which is made. */
export async function openSmallDisk(path: string, bytes: number): Promise<SmallDisk> {
  await mkdir(path, { recursive: true });
  const script = 'mount -t tmpfs -o size="$1",mode=0700 tmpfs "$0" && echo mounted && exec sleep infinity';
  const holder = spawn("unshare", ["-m", "--propagation", "private", "sh", "-c", script, path, String(bytes)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(holder, "exit");
  const [line] = (await Promise.race([once(createInterface({ input: holder.stdout }), "line"), ended])) as [unknown];
  if (line !== "mounted") throw new Error(`no file system could be mounted at ${path}`);
  // The file system belongs to the namespace of the holder; this is the way in from outside.
  const outside = join(`/proc/${holder.pid ?? ""}/root`, path);
  const filler = join(outside, "filler");
  return {
    path,
    launcher: ["nsenter", "-t", String(holder.pid), "-m"],
    async fillTo(freeShare) {
      await using file = await open(filler, "a");
      const { blocks, bsize } = await statfs(outside);
      for (;;) {
        const { bavail } = await statfs(outside);
        const wanted = Math.floor(bavail - blocks * freeShare) * bsize;
        if (wanted <= 0) return;
        try {
          await file.write(Buffer.alloc(Math.min(wanted, CHUNK_BYTES)));
        } catch (error) {
          if (!(error instanceof Error) || !("code" in error) || error.code !== "ENOSPC") throw error;
          return;
        }
      }
    },
    clear: () => rm(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      holder.kill("SIGKILL");
      await ended;
    },
  };
}
