// What every command works with: its host, the global options, one connection made when it is first needed, and printing.

import { stringifyExact } from "../../shared/lib/exact-json.ts";
import { connectDaemon } from "../client/connect.ts";
import type { DaemonClient } from "../client/daemon-client.ts";
import { printable } from "../format/cell-width.ts";
import { chooseCharset, type Charset } from "../format/charset.ts";
import type { Role } from "../format/styled.ts";
import { EXIT } from "./exit-codes.ts";
import type { CliHost } from "./host.ts";
import { socketsToTry } from "./sockets.ts";

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly plain: boolean;
  readonly socket: string | undefined;
}

export interface CliContext extends GlobalOptions {
  readonly host: CliHost;
  readonly signal: AbortSignal;
  /** Characters for charts. */
  readonly charset: Charset;
  /** Cells for charts. */
  readonly width: number;
  /** Connects at the first call; the same connection later. */
  client(): Promise<DaemonClient>;
  /** Leaves a connection that was lost and connects anew. */
  reconnect(): Promise<DaemonClient>;
  /** One line on stdout, unsafe characters replaced. */
  line(text: string): Promise<void>;
  /** A whole JSON document, indented. */
  document(value: unknown): Promise<void>;
  /** A JSON document on one line: an item of a stream. */
  item(value: unknown): Promise<void>;
  /** A remark for the person, on stderr. */
  remark(text: string): Promise<void>;
  /** The text in the colour of its role, where colours are wanted. */
  paint(text: string, role: Role): string;
  close(): void;
}

/** Chart width where there is no terminal to measure. */
const DEFAULT_WIDTH = 100;

const COLOURS: Readonly<Partial<Record<Role, string>>> = { strong: "1", dim: "2", good: "32", bad: "31", warn: "33", accent: "36" };

/** Colours only where a person looks, and not against NO_COLOR (no-color.org), TERM=dumb or --plain. */
function wantsColour(host: CliHost, plain: boolean): boolean {
  const { env, stdout } = host;
  return !plain && stdout.isTerminal && (env["NO_COLOR"] ?? "") === "" && env["TERM"] !== "dumb";
}

/** A command's surroundings. Close it when the command is over. */
export function createContext(host: CliHost, options: GlobalOptions): CliContext {
  const coloured = wantsColour(host, options.plain);
  let connecting: Promise<DaemonClient> | undefined;
  let connected: DaemonClient | undefined;
  const connect = async (): Promise<DaemonClient> => {
    connected = await connectDaemon({ socketPaths: socketsToTry(host, options.socket), clientName: "model-manager" });
    return connected;
  };
  return {
    ...options,
    host,
    signal: host.signal,
    charset: options.plain ? "ascii" : chooseCharset(host.env),
    width: Math.max(40, host.stdout.columns ?? DEFAULT_WIDTH),
    client: () => (connecting ??= connect()),
    reconnect() {
      connected?.close();
      return (connecting = connect());
    },
    // Colours are put on afterwards, text by text, so the escape sequences in a line are ours.
    line: (text) => host.stdout.write(`${text}\n`),
    document: (value) => host.stdout.write(`${stringifyExact(value, 2)}\n`),
    item: (value) => host.stdout.write(`${stringifyExact(value)}\n`),
    remark: (text) => host.stderr.write(`${text.split("\n").map(printable).join("\n")}\n`),
    paint(text, role) {
      const colour = COLOURS[role];
      return coloured && colour !== undefined && text !== "" ? `\u001b[${colour}m${text}\u001b[0m` : text;
    },
    close: () => connected?.close(),
  };
}

/** Prints what a command came to: as a document with --json, else for people; resolves to the exit code 0. */
export async function report<T>(context: CliContext, answer: T, print: (answer: T) => Promise<void>): Promise<number> {
  if (context.json) await context.document(answer);
  else await print(answer);
  return EXIT.done;
}

/** The same context with its text on stderr: for what a person should see before a question or with a refusal, while stdout keeps the result. */
export function besideResult(context: CliContext): CliContext {
  return { ...context, line: (text) => context.host.stderr.write(`${text}\n`) };
}
