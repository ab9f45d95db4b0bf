// Hostile messages for the Unix socket: valid ones that were bent, and shapes that hurt parsers. The same for the same randomness.

import { OPERATIONS } from "../../shared/contract/operations.ts";

/** The greeting that the daemon takes. */
export const HELLO = envelope(JSON.stringify({ t: "hello", protocol: 1, client: "abuser" }));

/** The bytes of a node-ipc message that carries this text. */
export function envelope(text: string, type = "mm"): string {
  return `${JSON.stringify({ type, data: text })}\f`;
}

type Random = () => number;

/** What any local user may ask. */
const operations = Object.entries(OPERATIONS).flatMap(([name, { kind, scope }]) =>
  kind !== "command" && scope === "model:read" ? [name] : [],
);
/** Longest of the large messages: beyond what the daemon takes. */
const LARGE = 300_000;

/** One message a kind. None of them can change anything: commands come only in broken messages. */
const kinds: readonly ((random: Random) => string)[] = [
  (random) => envelope(call(random, randomValue(random, 3))),
  (random) => bent(envelope(call(random, randomValue(random, 3))), random),
  (random) => envelope(bent(call(random, randomValue(random, 3)), random)),
  (random) => envelope(call(random, {}), pick(["error", "data", "*", "__proto__", "close", "mn", ""], random)),
  (random) => `${noise(random, 400)}\f`,
  (random) => envelope(JSON.stringify({ t: pick(["hello", "cancel", "welcome", "value", "kill"], random), id: randomScalar(random) })),
  (random) => `{"type":"mm","data":${JSON.stringify(randomValue(random, 5))}}\f`,
  (random) => envelope(`{"t":"call","id":1,"op":"status","input":${nested(random)}}`),
  (random) => (random() < 0.05 ? `{"type":"mm","data":${wide(random)}}\f` : "\f"),
  (random) => (random() < 0.05 ? envelope(`{"t":"call","id":1,"op":"live.watch","input":{"symbols":${wide(random)}}}`) : "{}\f"),
  (random) => `${"9".repeat(Math.floor(random() * 5000))}\f`,
];

/** Makes one message after another, each with its delimiter. */
export function createFuzz(random: Random): () => string {
  return () => pick(kinds, random)(random);
}

function call(random: Random, input: unknown): string {
  return JSON.stringify({ t: "call", id: Math.floor(random() * 50), op: pick(operations, random), input });
}

/** A list of tiny values, some longer than a message may be. */
function wide(random: Random): string {
  const unit = pick(["[]", "{}", '""', "0", '{"a":1}'], random);
  return `[${`${unit},`.repeat(Math.floor((random() * LARGE) / (unit.length + 1)))}0]`;
}

function nested(random: Random): string {
  const [open, close] = pick(
    [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const,
    random,
  );
  const depth = Math.floor(random() ** 4 * 20_000);
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

/** Some characters changed, doubled, left out or put in. */
function bent(text: string, random: Random): string {
  let result = text;
  for (let n = 0; n < 1 + random() * 4; n += 1) {
    const at = Math.floor(random() * result.length);
    const length = Math.floor(random() * 6);
    result =
      result.slice(0, at) + pick(["", noise(random, 4), result.slice(at, at + length).repeat(2)], random) + result.slice(at + length);
  }
  return result.endsWith("\f") || !text.endsWith("\f") ? result : `${result}\f`;
}

function noise(random: Random, most: number): string {
  const codes = Array.from({ length: Math.floor(random() * most) }, () => Math.floor(random() * 0x300));
  return String.fromCharCode(...codes);
}

function randomValue(random: Random, depth: number): unknown {
  if (depth === 0 || random() < 0.4) return randomScalar(random);
  const members = Array.from({ length: Math.floor(random() * 5) }, () => randomValue(random, depth - 1));
  if (random() < 0.5) return members;
  return Object.fromEntries(
    members.map((member) => [pick(["source", "line", "limit", "after", "__proto__", "symbols", "x"], random), member]),
  );
}

function randomScalar(random: Random): unknown {
  return pick([null, true, -1, 1e308, 0.1, "", "alpha", "alpha/ETHBTC_ret_60", "\u0000\ud800", "x".repeat(2000), 2 ** 53], random);
}

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
