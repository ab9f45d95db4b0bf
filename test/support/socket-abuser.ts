// A program that abuses the daemon's Unix socket in every way at once, and prints what became of it as one line of JSON.

import { connect, type Socket } from "node:net";
import { setPriority } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { createRandom } from "./soak.ts";
import { createFuzz, envelope, HELLO } from "./socket-fuzz.ts";

/** What to do, as the JSON of the first argument. */
export interface AbuseOrder {
  readonly path: string;
  readonly seed: number;
  /** Hostile messages; every second connection sends them after a handshake. */
  readonly frames: number;
  readonly drippers: number;
  readonly slowReaders: number;
  /** Connections that are made at once. */
  readonly crowd: number;
  /** The abuse goes on for at least this long, so that time limits come into play. */
  readonly leastMs: number;
}

/** What became of it. */
export interface AbuseReport {
  readonly framesBare: number;
  readonly framesGreeted: number;
  readonly fuzzConnections: number;
  /** How often the daemon cut a dripper or a slow reader. */
  readonly drippersCut: number;
  readonly slowReadersCut: number;
  readonly crowd: { readonly welcomed: number; readonly refused: number; readonly dropped: number };
}

const FUZZERS = 4;
const MOST_IN_ONE_GO = 16;
const isOver = new AbortController();

async function main(order: AbuseOrder): Promise<void> {
  // What is measured is how the daemon shares its time, not how the machine shares its processors.
  setPriority(10);
  const least = sleep(order.leastMs);
  const drippers = Promise.all(
    Array.from({ length: order.drippers }, (_, i) => repeat(order.path, (socket) => drip(socket, 5 + (i % 11)))),
  );
  const slowReaders = Promise.all(Array.from({ length: order.slowReaders }, () => repeat(order.path, askAndNeverRead)));
  const counts = { framesBare: 0, framesGreeted: 0, fuzzConnections: 0 };
  const fuzzers = Array.from({ length: FUZZERS }, (_, i) => fuzz(order, i, counts));
  await sleep(500);
  const crowd = await comeAllAtOnce(order);
  await Promise.all([...fuzzers, least]);
  isOver.abort();
  const sum = (cuts: readonly number[]): number => cuts.reduce((total, cut) => total + cut, 0);
  const report: AbuseReport = { ...counts, drippersCut: sum(await drippers), slowReadersCut: sum(await slowReaders), crowd };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

/** One fuzzer's share of the messages, several on a connection. */
async function fuzz(
  { path, seed, frames }: AbuseOrder,
  index: number,
  counts: { framesBare: number; framesGreeted: number; fuzzConnections: number },
) {
  const random = createRandom(seed + index);
  const next = createFuzz(random);
  const share = Math.ceil(frames / FUZZERS);
  for (let sent = 0, round = index; sent < share; round += 1) {
    const count = Math.min(share - sent, 1 + Math.floor(random() * MOST_IN_ONE_GO));
    const isGreeted = round % 2 === 0;
    const text = Array.from({ length: count }, next).join("");
    while (!(await sendAll(path, isGreeted, text))) await sleep(20);
    sent += count;
    counts.fuzzConnections += 1;
    if (isGreeted) counts.framesGreeted += count;
    else counts.framesBare += count;
  }
}

/** Sends the text, after a handshake or as the first thing, and waits for the end. False when there was no place for it. */
function sendAll(path: string, isGreeted: boolean, text: string): Promise<boolean> {
  return new Promise((resolve) => {
    let heard = "";
    let isSent = false;
    const socket = connect(path);
    const send = (): void => {
      isSent = true;
      socket.end(text);
    };
    socket.setEncoding("utf8").on("error", () => undefined);
    socket.on("connect", () => (isGreeted ? socket.write(HELLO) : send()));
    socket.on("data", (part: string) => {
      if (heard.length < 1000) heard += part;
      if (!isSent && heard.includes("welcome")) send();
    });
    socket.on("close", () => resolve(isSent && !heard.includes("overloaded")));
  });
}

/** Opens a connection, lets it be misused until the daemon cuts it, and comes again. Resolves to the number of cuts. */
async function repeat(path: string, misuse: (socket: Socket) => Disposable): Promise<number> {
  let cuts = 0;
  while (!isOver.signal.aborted) {
    const socket = connect(path);
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    socket.on("error", () => undefined);
    socket.write(HELLO);
    using _ = misuse(socket);
    const leave = (): void => void socket.destroy();
    isOver.signal.addEventListener("abort", leave, { once: true });
    await closed;
    isOver.signal.removeEventListener("abort", leave);
    if (!isOver.signal.aborted) cuts += 1;
    await sleep(50);
  }
  return cuts;
}

/** One byte of a large message after the other. */
function drip(socket: Socket, everyMs: number): Disposable {
  socket.resume();
  socket.write('{"type":"mm","data":"');
  const timer = setInterval(() => socket.writable && socket.write("x"), everyMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Large answers and endless streams, none of which is ever read. */
function askAndNeverRead(socket: Socket): Disposable {
  socket.pause();
  let id = 1;
  const ask = (): void => {
    for (let more = socket.writable; more; id += 1) {
      const [op, input] = id % 50 === 0 ? ["event.stream", { after: 0, follow: true }] : ["group.list", { source: "alpha", limit: 1000 }];
      more = socket.write(envelope(JSON.stringify({ t: "call", id, op, input })));
    }
  };
  socket.on("drain", ask);
  ask();
  return { [Symbol.dispose]: () => void socket.off("drain", ask) };
}

/** Connections all at once; each waits for what the daemon says. They leave together. */
async function comeAllAtOnce({ path, crowd }: AbuseOrder): Promise<AbuseReport["crowd"]> {
  const result = { welcomed: 0, refused: 0, dropped: 0 };
  const sockets: Socket[] = [];
  const outcomes = Array.from({ length: crowd }, async () => {
    const socket = connect(path);
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.write(HELLO);
    result[await outcomeOf(socket)] += 1;
  });
  await Promise.all(outcomes);
  for (const socket of sockets) socket.destroy();
  return result;
}

function outcomeOf(socket: Socket): Promise<keyof AbuseReport["crowd"]> {
  return new Promise((resolve) => {
    let heard = "";
    socket.setEncoding("utf8").on("data", (part: string) => {
      heard += part;
      if (heard.includes("welcome")) resolve("welcomed");
      else if (heard.includes("overloaded")) resolve("refused");
    });
    socket.on("close", () => resolve("dropped"));
  });
}

await main(JSON.parse(process.argv[2] ?? "") as AbuseOrder);
