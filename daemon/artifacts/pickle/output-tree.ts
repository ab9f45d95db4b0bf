// Turning values into JSON without recursion and within a budget: shared sub-values are written out again each time, so a tiny file could name 2^40 leaves.

import type { ExactJson } from "../../../shared/lib/exact-json.ts";
import type { PickleNode, PickleValue } from "./values.ts";

/** JSON that is still being filled. */
export type OpenJson = null | boolean | number | bigint | string | OpenJson[] | { [key: string]: OpenJson };

export interface OutputLimits {
  /** What the output may cost: a scalar 1, a list 4, an object 8, about 10 bytes each. */
  readonly maxCost: number;
  /** Characters of all texts. */
  readonly maxText: number;
  readonly maxDepth: number;
}

const MB = 1024 * 1024;

/**
 * The limits for what comes from a stream of this many bytes. Whatever Python writes stays below them up to some MB; a small file that stands
 * for a large output does not.
 */
export function outputLimitsFor(bytes: number): OutputLimits {
  return {
    maxCost: Math.min(8_000_000, 100_000 + 4 * bytes),
    maxText: Math.min(64 * MB, 4 * MB + 2 * bytes),
    maxDepth: 200,
  };
}

/** For values of which nobody says how large their file is. */
export const OUTPUT_LIMITS: OutputLimits = outputLimitsFor(0);

export interface Encoded {
  readonly json: ExactJson;
  /** Something was left out: a limit was reached, or a value contains itself. */
  readonly truncated: boolean;
}

/** Values that are still to be encoded, from `next` up to `end`. */
interface Task {
  readonly values: readonly PickleValue[];
  readonly target: OpenJson[] | { [key: string]: OpenJson };
  /** A list takes its members, or rows of two; a single value belongs under its key. */
  readonly key: "members" | "pairs" | { readonly at: number | string };
  readonly depth: number;
  readonly end: number;
  next: number;
}

/** Sets a member, also one called `__proto__`. */
export function setMember(target: { [key: string]: OpenJson }, key: string, value: OpenJson): void {
  if (key === "__proto__") Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** How one value becomes JSON; children are handed to `tree.later`. */
export type EncodeOne = (value: PickleValue, tree: OutputTree) => OpenJson;

/** The work list of one encoding. */
export class OutputTree {
  truncated = false;
  #cost = 0;
  /** Values that wait: each will cost something. */
  #waiting = 0;
  #text = 0;
  readonly #limits: OutputLimits;
  readonly #tasks: Task[] = [];
  /** The nodes from the root to the current one; the work list goes depth first, so a prefix of it is the next one's path. */
  readonly #path: PickleNode[] = [];
  readonly #onPath = new Set<PickleNode>();
  readonly #mark: (why: string) => OpenJson;

  /** `mark` makes the sign for something left out. */
  constructor(limits: OutputLimits, mark: (why: string) => OpenJson) {
    this.#limits = limits;
    this.#mark = mark;
  }

  /** Encodes a value and everything below it. */
  run(value: PickleValue, encode: EncodeOne): Encoded {
    const root: OpenJson[] = [null];
    this.later(value, root, 0);
    for (let task = this.#tasks.at(-1); task !== undefined; task = this.#tasks.at(-1)) {
      if (this.#endsEarly(task)) continue;
      const place = task.next++;
      if (task.next >= task.end) this.#tasks.pop();
      this.#waiting--;
      this.#put(task, place, this.#encode(task.values[place] ?? null, task.depth, encode));
    }
    return { json: root[0] ?? null, truncated: this.truncated };
  }

  /** A list that the budget does not cover any more gets one sign for the rest. */
  #endsEarly(task: Task): boolean {
    if (this.#cost < this.#limits.maxCost || !Array.isArray(task.target) || typeof task.key === "object") return false;
    task.target.length = task.key === "pairs" ? task.next >> 1 : task.next;
    task.target.push(this.cut("limit"));
    this.#waiting -= task.end - task.next;
    this.#tasks.pop();
    return true;
  }

  #put({ key, target }: Task, place: number, json: OpenJson): void {
    if (typeof key === "object") {
      if (Array.isArray(target)) target[Number(key.at)] = json;
      else setMember(target, String(key.at), json);
    } else if (Array.isArray(target)) {
      const row = key === "pairs" ? target[place >> 1] : target;
      if (Array.isArray(row)) row[key === "pairs" ? place & 1 : place] = json;
      else {
        this.spend(3);
        target[place >> 1] = [json, null];
      }
    }
  }

  #encode(value: PickleValue, depth: number, encode: EncodeOne): OpenJson {
    if (!this.spend(1)) return this.cut("limit");
    if (typeof value === "string" && !this.text(value)) return this.cut("limit");
    if (typeof value !== "object" || value === null) return encode(value, this);
    if (depth >= this.#limits.maxDepth) return this.cut("depth");
    while (this.#path.length > depth) {
      const left = this.#path.pop();
      if (left !== undefined) this.#onPath.delete(left);
    }
    if (this.#onPath.has(value)) return this.cut("cycle");
    this.#path.push(value);
    this.#onPath.add(value);
    const json = encode(value, this);
    if (typeof json === "object" && json !== null && !Array.isArray(json)) this.spend(7);
    return json;
  }

  /** Has `value` encoded into `target[key]` after the current value. */
  later(value: PickleValue, target: OpenJson[] | { [key: string]: OpenJson }, key: number | string): void {
    this.#waiting++;
    this.#tasks.push({ values: [value], target, key: { at: key }, depth: this.#path.length, next: 0, end: 1 });
  }

  /** A list whose members are encoded later; ends with a sign when the budget does not cover all. */
  list(items: readonly PickleValue[]): OpenJson[] {
    return this.#listOf(items, "members");
  }

  /** A list of rows `[key, value]` from keys and values that alternate. */
  pairs(flat: readonly PickleValue[]): OpenJson[] {
    return this.#listOf(flat, "pairs");
  }

  #listOf(values: readonly PickleValue[], key: "members" | "pairs"): OpenJson[] {
    const out: OpenJson[] = [];
    this.spend(3);
    const wanted = key === "pairs" ? values.length & ~1 : values.length;
    const room = key === "pairs" ? this.room(wanted) & ~1 : this.room(wanted);
    const rows = key === "pairs" ? room >> 1 : room;
    for (let i = 0; i < rows; i++) out.push(null);
    if (room > 0) {
      this.#waiting += room;
      this.#tasks.push({ values, target: out, key, depth: this.#path.length, next: 0, end: room });
    }
    if (room < wanted) out.push(this.cut("limit"));
    return out;
  }

  /** How many of `wanted` more scalars the budget covers. */
  room(wanted: number): number {
    return Math.max(0, Math.min(wanted, this.#limits.maxCost - this.#cost - this.#waiting));
  }

  /** Takes from the budget; false when it is used up. */
  spend(cost: number): boolean {
    this.#cost += cost;
    return this.#cost <= this.#limits.maxCost;
  }

  /** Takes a text from the budget; false when it is used up. */
  text(text: string): boolean {
    this.#text += text.length;
    return this.#text <= this.#limits.maxText;
  }

  /** The sign for something left out. */
  cut(why: string): OpenJson {
    this.truncated = true;
    return this.#mark(why);
  }
}
