// Turning values into JSON without recursion and within a budget: shared sub-values are written out again each time, so a tiny file could name 2^40 leaves.

import type { ExactJson } from "../../../shared/lib/exact-json.ts";
import type { PickleNode, PickleValue } from "./values.ts";

/** JSON that is still being filled. */
export type OpenJson = null | boolean | number | bigint | string | OpenJson[] | { [key: string]: OpenJson };

export interface OutputLimits {
  readonly maxNodes: number;
  /** Characters of all texts. */
  readonly maxText: number;
  readonly maxDepth: number;
}

export const OUTPUT_LIMITS: OutputLimits = { maxNodes: 150_000, maxText: 16 * 1024 * 1024, maxDepth: 200 };

export interface Encoded {
  readonly json: ExactJson;
  /** Something was left out: a limit was reached, or a value contains itself. */
  readonly truncated: boolean;
}

interface Task {
  readonly value: PickleValue;
  readonly target: OpenJson[] | { [key: string]: OpenJson };
  readonly key: number | string;
  readonly depth: number;
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
  #nodes = 0;
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
    this.#tasks.push({ value, target: root, key: 0, depth: 0 });
    for (let task = this.#tasks.pop(); task !== undefined; task = this.#tasks.pop()) {
      const json = this.#encode(task, encode);
      if (Array.isArray(task.target)) task.target[Number(task.key)] = json;
      else setMember(task.target, String(task.key), json);
    }
    return { json: root[0] ?? null, truncated: this.truncated };
  }

  #encode(task: Task, encode: EncodeOne): OpenJson {
    const value = task.value;
    if (!this.spend(1)) return this.cut("limit");
    if (typeof value === "string" && !this.text(value)) return this.cut("limit");
    if (typeof value !== "object" || value === null) return encode(value, this);
    if (task.depth >= this.#limits.maxDepth) return this.cut("depth");
    while (this.#path.length > task.depth) {
      const left = this.#path.pop();
      if (left !== undefined) this.#onPath.delete(left);
    }
    if (this.#onPath.has(value)) return this.cut("cycle");
    this.#path.push(value);
    this.#onPath.add(value);
    return encode(value, this);
  }

  /** Has `value` encoded into `target[key]` after the current value. */
  later(value: PickleValue, target: OpenJson[] | { [key: string]: OpenJson }, key: number | string): void {
    this.#tasks.push({ value, target, key, depth: this.#path.length });
  }

  /** A list whose members are encoded later; ends with a sign when the budget does not cover all. */
  list(items: readonly PickleValue[]): OpenJson[] {
    const out: OpenJson[] = [];
    const room = this.room(items.length);
    for (let i = 0; i < room; i++) {
      out.push(null);
      this.later(items[i] ?? null, out, i);
    }
    if (room < items.length) out.push(this.cut("limit"));
    return out;
  }

  /** How many of `wanted` more nodes the budget covers. */
  room(wanted: number): number {
    return Math.max(0, Math.min(wanted, this.#limits.maxNodes - this.#nodes - this.#tasks.length));
  }

  /** Takes nodes from the budget; false when it is used up. */
  spend(nodes: number): boolean {
    this.#nodes += nodes;
    return this.#nodes <= this.#limits.maxNodes;
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
