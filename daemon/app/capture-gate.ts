// Whether anything new is captured: not while the disk of the state directory is all but full.

import { AppError } from "../../shared/contract/errors.ts";
import { CAPTURE_STOPS_BELOW } from "../../shared/domain/free-space.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import type { Log } from "./ports.ts";

/** Looks at the disk are at least this far apart while it is open, and exactly this while it is shut; ms. */
const LOOK_MS = 1000;
/** Capture goes on from here: a little above the bound, or every small file of others would stop and start it. */
const GOES_ON_FROM = CAPTURE_STOPS_BELOW * 1.1;
/** After a write that found no room: it is tried again when this much was freed, or after a while, which doubles. */
const FREED_BYTES = 1024 * 1024;
const FREED_SHARE = 0.01;
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

const LOW = "capture stopped: less than 5 % of the state directory's disk is free; free some space, and it goes on by itself";
const FULL = "capture stopped: the state directory's disk is full; free some space, and it goes on by itself";

/** What `createCaptureGate` works with. */
export interface CaptureGateOptions {
  /** Room on the disk, in bytes; undefined when nobody knows. */
  readonly room: () => { readonly freeBytes: number; readonly totalBytes: number } | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/** Open or shut. Disposing it ends its looking. */
export interface CaptureGate extends Disposable {
  /** Why nothing new is captured; empty = capture goes on. */
  readonly stopped: string;
  /** Looks at the disk if the last look is old, and says whether something new may be captured now. */
  isOpen(): boolean;
  /** Throws AppError `unavailable` while it is shut. */
  assertOpen(): void;
  /** A write found no room. */
  noteFull(): void;
  /** Calls the listener after each change of `stopped`. */
  onChange(listener: () => void): void;
}

/** A gate over the disk's room; it has looked once when this returns. */
export function createCaptureGate(options: CaptureGateOptions): CaptureGate {
  const gate = new Gate(options);
  gate.isOpen();
  return gate;
}

class Gate implements CaptureGate {
  readonly #options: CaptureGateOptions;
  readonly #listeners: (() => void)[] = [];
  #stopped = "";
  #lookedAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  /** The last write that found no room: how much there was then, and when it is tried again though nothing was freed. */
  #full: { readonly freeBytes: number; readonly retryAt: number } | undefined;
  #waitMs = FIRST_WAIT_MS;
  #fullAt = -Infinity;

  constructor(options: CaptureGateOptions) {
    this.#options = options;
  }

  get stopped(): string {
    return this.#stopped;
  }

  isOpen(): boolean {
    if (this.#options.clock.monotonicMs() - this.#lookedAt >= LOOK_MS) this.#look();
    return this.#stopped === "";
  }

  assertOpen(): void {
    if (!this.isOpen()) throw new AppError("unavailable", this.#stopped);
  }

  noteFull(): void {
    // Batches that were under way together find it full together.
    if (this.#full !== undefined) return;
    const now = this.#options.clock.monotonicMs();
    // The wait grows only while one attempt after the other finds no room.
    const isAgain = now - this.#fullAt < 2 * this.#waitMs + LOOK_MS;
    this.#waitMs = isAgain ? Math.min(2 * this.#waitMs, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
    this.#fullAt = now;
    this.#full = { freeBytes: this.#options.room()?.freeBytes ?? 0, retryAt: now + this.#waitMs };
    this.#look();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#listeners.length = 0;
  }

  #look(): void {
    this.#lookedAt = this.#options.clock.monotonicMs();
    const reason = this.#reason();
    clearTimeout(this.#timer);
    if (reason !== "") this.#timer = setTimeout(() => this.#look(), LOOK_MS).unref();
    const before = this.#stopped;
    // The first reason stays until capture goes on: a condition that flickers would be an event each time.
    this.#stopped = reason === "" || before === "" ? reason : before;
    if (this.#stopped === before) return;
    if (reason === "") this.#options.log.info({ ...this.#options.room() }, "there is room on the disk again: capture goes on");
    else this.#options.log.warn({ ...this.#options.room(), reason }, "capture stopped");
    for (const listener of this.#listeners) listener();
  }

  #reason(): string {
    const room = this.#options.room();
    if (room !== undefined && room.freeBytes < room.totalBytes * (this.#stopped === "" ? CAPTURE_STOPS_BELOW : GOES_ON_FROM)) return LOW;
    if (this.#full === undefined) return "";
    const { freeBytes, retryAt } = this.#full;
    const freed = (room?.freeBytes ?? 0) - freeBytes;
    const isFreed = room !== undefined && freed >= Math.min(FREED_BYTES, room.totalBytes * FREED_SHARE);
    if (!isFreed && this.#options.clock.monotonicMs() < retryAt) return FULL;
    this.#full = undefined;
    return "";
  }
}
