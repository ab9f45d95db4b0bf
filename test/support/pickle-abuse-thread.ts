// A worker thread that reads hostile pickles, as the daemon's reader thread does, and says what became of each. Told by `pickle-abuser.ts` what to do.

import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { describeValue } from "../../daemon/artifacts/pickle/describe.ts";
import { readPickle } from "../../daemon/artifacts/pickle/read-pickle.ts";
import { stringifyExact } from "../../shared/lib/exact-json.ts";
import { createRandom } from "./soak.ts";

/** What to read. `load` only has the files at hand for a later order, so that their bytes are no news then. */
export interface AbuseOrder {
  readonly kind: "load" | "whole" | "cuts" | "mutations";
  readonly files: readonly string[];
  /** Cuts: at most this many of each file. Mutations: this many in all. */
  readonly count: number;
  readonly seed: number;
}

/** What became of it. */
export interface AbuseReport {
  readonly read: number;
  readonly values: number;
  readonly refused: number;
  /** The one that took the thread the longest: its own time on a processor, and what the clock showed. */
  readonly slowest: { readonly name: string; readonly cpuMs: number; readonly wallMs: number };
  /** Answers that are neither a value nor a refusal with place and reason; exceptions; files that appeared. */
  readonly faults: readonly string[];
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Buffers that nobody needs any more lie about until they come to this much: they are no file's own, but those of many files before it. */
const LITTER_BYTES = 6 * 2 ** 20;
const LOOK_EVERY = 20;
/** Files between two turns of the loop: what unpacks lets go of its memory only then, as it does in the daemon, where each file is a message. */
const TURN = 10;

/** A call that runs would leave this file behind. */
const MARKER = "PWNED";
const MOST_FAULTS = 10;

/** Files read of the order at hand, for the one who waits: it outlives this thread. */
const progress = workerData as Int32Array;

class Abuse {
  read = 0;
  values = 0;
  refused = 0;
  slowest = { name: "", cpuMs: 0, wallMs: 0 };
  readonly faults: string[] = [];
  readonly #buffers = process.memoryUsage().arrayBuffers;

  /** Reads one file and describes its value, as `inspect` does. */
  take(name: string, bytes: Uint8Array): void {
    if (this.read % LOOK_EVERY === 0 && process.memoryUsage().arrayBuffers > this.#buffers + LITTER_BYTES) collectGarbage();
    const cpu = process.threadCpuUsage();
    const wall = performance.now();
    try {
      this.#look(name, bytes);
    } catch (error) {
      this.#fault(`${name} threw ${String(error)}`);
    }
    const used = process.threadCpuUsage(cpu);
    const cpuMs = (used.user + used.system) / 1000;
    if (cpuMs > this.slowest.cpuMs) this.slowest = { name, cpuMs, wallMs: performance.now() - wall };
    this.read++;
    Atomics.store(progress, 0, this.read);
  }

  #look(name: string, bytes: Uint8Array): void {
    const read = readPickle(bytes);
    if (read.ok) {
      this.values++;
      if (stringifyExact(describeValue(read.value).json) === "") this.#fault(`${name} has no description`);
      return;
    }
    this.refused++;
    if (read.reason === "" || !Number.isInteger(read.offset) || read.offset < 0) this.#fault(`${name} is refused without place or reason`);
  }

  #fault(what: string): void {
    if (this.faults.length < MOST_FAULTS) this.faults.push(what);
  }

  report(): AbuseReport {
    if (existsSync(MARKER)) this.#fault(`${MARKER} was written`);
    const { read, values, refused, slowest, faults } = this;
    return { read, values, refused, slowest, faults };
  }
}

/** Every place of a file, or `most` of them evenly over its length. */
function* cutsOf(length: number, most: number): Generator<number> {
  const step = Math.max(1, length / most);
  for (let cut = 0; cut < length; cut += step) yield Math.floor(cut);
}

/** Files at hand, and room for a changed one: what the abuse itself needs is there before anything is measured. */
const loaded = new Map<string, Buffer>();
let scratch = Buffer.alloc(0);
const SLACK = 1024;

function load(files: readonly string[]): { readonly name: string; readonly bytes: Buffer }[] {
  const all = files.map((path) => {
    const bytes = loaded.get(path) ?? readFileSync(path);
    loaded.set(path, bytes);
    return { name: basename(path), bytes };
  });
  const longest = Math.max(0, ...all.map(({ bytes }) => bytes.length)) + SLACK;
  if (scratch.length < longest) scratch = Buffer.alloc(longest, 1);
  return all;
}

/** One to four changes: a byte set, a bit turned, a byte left out, a part written twice, or the end cut off. */
function mutate(bytes: Buffer, random: (below: number) => number): Buffer {
  let length = bytes.copy(scratch);
  for (let change = random(4) + 1; change > 0 && length > 0; change--) {
    const place = random(length);
    const part = Math.min(place, random(40));
    switch (random(8)) {
      case 0:
        scratch.copyWithin(place, place + 1, length--);
        break;
      case 1:
        scratch.copyWithin(place, place - part, length);
        length += part;
        break;
      case 2:
        length = place;
        break;
      case 3:
        scratch[place] = (scratch[place] ?? 0) ^ (1 << random(8));
        break;
      default:
        scratch[place] = random(256);
    }
  }
  return scratch.subarray(0, length);
}

async function carryOut(order: AbuseOrder): Promise<AbuseReport> {
  const abuse = new Abuse();
  const chance = createRandom(order.seed);
  const random = (below: number): number => Math.floor(chance() * below);
  const files = load(order.files);
  if (order.kind === "mutations") {
    for (let round = 0; round < order.count; round++) {
      const file = files[random(files.length)];
      if (file !== undefined) abuse.take(`${file.name}, change ${round} of seed ${order.seed}`, mutate(file.bytes, random));
      if (abuse.read % TURN === 0) await nextTurn();
    }
    return abuse.report();
  }
  for (const { name, bytes } of order.kind === "load" ? [] : files) {
    if (order.kind === "whole") abuse.take(name, bytes);
    else {
      for (const cut of cutsOf(bytes.length, order.count)) {
        abuse.take(`${name}, cut at ${cut}`, bytes.subarray(0, cut));
        if (abuse.read % TURN === 0) await nextTurn();
      }
    }
  }
  return abuse.report();
}

parentPort?.on("message", (order: AbuseOrder) => void carryOut(order).then((report) => parentPort?.postMessage(report)));
