// A real directory with an observer on it, and a sink that remembers what it was told.

import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Worker } from "node:worker_threads";
import type { DiskObserver, DiskSink, FileStamp, ObservedGroup, SourceCondition } from "../../../daemon/app/ports.ts";
import { openDiskObserver } from "../../../daemon/disk/observer.ts";
import { startObserverThread } from "../../../daemon/disk/thread-link.ts";

/** The settle window of a test that names no other one. */
export const SETTLE_MS = 80;

/** Remembers everything; answers what `answer` says. */
export class RecordingSink implements DiskSink {
  readonly shown: ObservedGroup[] = [];
  readonly gone: string[] = [];
  readonly conditions: SourceCondition[] = [];
  readonly scans: { groups: number; pending: number }[] = [];
  readonly order: string[] = [];
  messages = 0;
  /** Called for each shown group. */
  answer: (group: ObservedGroup) => void = () => undefined;

  groupsChanged(groups: readonly ObservedGroup[]): void {
    this.messages++;
    this.order.push("changed");
    for (const group of groups) {
      this.shown.push(group);
      this.answer(group);
    }
  }

  groupsGone(_sourceId: number, groupKeys: readonly string[]): void {
    this.order.push("gone");
    this.gone.push(...groupKeys);
  }

  condition(_sourceId: number, condition: SourceCondition): void {
    this.order.push("condition");
    this.conditions.push(condition);
  }

  scanned(_sourceId: number, counts: { groups: number; pending: number }): void {
    this.order.push("scanned");
    this.scans.push(counts);
  }

  of(groupKey: string): ObservedGroup[] {
    return this.shown.filter((group) => group.groupKey === groupKey);
  }

  get degraded(): string {
    return this.conditions.at(-1)?.degraded ?? "";
  }
}

/** An observer at work on source 1. */
export interface Watched extends AsyncDisposable {
  readonly sink: RecordingSink;
  readonly observer: DiskObserver;
  readonly logged: string[];
  /** The threads that were started, newest last. */
  readonly threads: Worker[];
}

/** How `watchRoot` watches. */
export interface WatchOptions {
  readonly known?: readonly { readonly groupKey: string; readonly files: readonly FileStamp[] }[];
  readonly rootDevice?: string | null;
  readonly watch?: boolean;
  readonly settleMs?: number;
  readonly rescanMs?: number;
  /** Answer every shown group at once; undefined = don't answer. */
  readonly outcome?: "done" | "again";
}

/** Watches `root` as source 1; resolves when it was listed once. */
export async function watchRoot(root: string, options: WatchOptions = {}): Promise<Watched> {
  const sink = new RecordingSink();
  const logged: string[] = [];
  const threads: Worker[] = [];
  const note = (fields: object, message: string) => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const observer = await openDiskObserver({
    settleMs: options.settleMs ?? SETTLE_MS,
    rescanMs: options.rescanMs ?? 60_000,
    watch: options.watch ?? true,
    sink,
    log: { debug: note, info: note, warn: note, error: note },
    startThread: (settings) => {
      const thread = startObserverThread(settings);
      threads.push(thread);
      return thread;
    },
  });
  const { outcome } = options;
  if (outcome !== undefined) sink.answer = (group) => observer.dealt(group, outcome);
  await observer.add({ id: 1, rootPath: root, rootDevice: options.rootDevice ?? null }, options.known ?? []);
  return { sink, observer, logged, threads, [Symbol.asyncDispose]: () => observer[Symbol.asyncDispose]() };
}

/** Writes a file below the root, with its folders. */
export function write(root: string, name: string, text = name): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), text);
}

/** Writes beside the target and renames over it, as a careful trainer does. */
export function publish(root: string, name: string, text: string): void {
  write(root, `.${name.replaceAll("/", "-")}.part`, text);
  renameSync(join(root, `.${name.replaceAll("/", "-")}.part`), join(root, name));
}
