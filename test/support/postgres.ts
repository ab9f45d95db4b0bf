// A real PostgreSQL server for one test file: its own data directory, its own port, ended with the file.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chown, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { postgresServer } from "./requirements.ts";
import { openTempDirectory, type TempDirectory } from "./temp-dir.ts";

/** How a server is started. */
export interface PostgresServerOptions {
  /** Syncs to the disk, as in earnest: for tests that kill it. */
  readonly isDurable?: boolean;
}

/** A running server on loopback. Disposing it ends it and removes what it kept. */
export interface PostgresServer extends AsyncDisposable {
  readonly port: number;
  /** The address of a database there, which need not exist; by way of another port, if given. */
  url(database: string, port?: number): string;
  /** Runs one statement in a database. */
  run(database: string, statement: string, ...parameters: readonly unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** Makes a database, empty or a copy of `template`, and returns its name. */
  createDatabase(template?: string): Promise<string>;
  /** Ends it without warning to its clients and without a checkpoint (`immediate`), and starts it again; `awayMs` between the two. */
  restart(awayMs?: number): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops every process of the server where it is, or lets them go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Makes a data directory and starts a server on it. Rejects with what the server's log says when it does not start. */
export async function startPostgres(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const { command: initdb } = postgresServer();
  const home = await openTempDirectory("postgres");
  try {
    const owner = await unprivileged();
    if (owner !== undefined) await chown(home.path, owner.uid, owner.gid);
    const data = join(home.path, "data");
    const args = ["-D", data, "-U", "catalog", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"];
    const made = spawnSync(initdb, args, { encoding: "utf8", cwd: home.path, ...owner });
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
    const server = new Server(join(initdb, "../postgres"), home, data, await freePort(), owner, options);
    await server.start();
    return server;
  } catch (error) {
    await home[Symbol.asyncDispose]();
    throw error;
  }
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root: there it runs as the user that Debian made for it, else as nobody. */
async function unprivileged(): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  const [, , uid, gid] = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody") ?? [];
  if (uid === undefined || gid === undefined) throw new Error("there is neither a user postgres nor a user nobody to run a server as");
  return { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (typeof address !== "object" || address === null) throw new Error("no port is free");
  return address.port;
}

class Server implements PostgresServer {
  readonly #program: string;
  readonly #home: TempDirectory;
  readonly #data: string;
  readonly #port: number;
  readonly #owner: Owner | undefined;
  readonly #options: PostgresServerOptions;
  #child: ChildProcess | undefined;
  #databases = 0;

  constructor(program: string, home: TempDirectory, data: string, port: number, owner: Owner | undefined, options: PostgresServerOptions) {
    this.#program = program;
    this.#home = home;
    this.#data = data;
    this.#port = port;
    this.#owner = owner;
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  url(database: string, port = this.#port): string {
    return `postgres://catalog:secret-word@127.0.0.1:${port}/${database}`;
  }

  async run(database: string, statement: string, ...parameters: readonly unknown[]): ReturnType<PostgresServer["run"]> {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(statement, [...parameters])).rows;
    } finally {
      await client.end();
    }
  }

  async createDatabase(template = "template0"): Promise<string> {
    const name = `catalog_${++this.#databases}`;
    await this.run("postgres", `create database ${name} template ${template}`);
    return name;
  }

  async start(): Promise<void> {
    const sync = this.#options.isDurable === true ? "on" : "off";
    const settings = {
      ...{ listen_addresses: "127.0.0.1", unix_socket_directories: this.#home.path, port: this.#port },
      ...{ fsync: sync, full_page_writes: sync, synchronous_commit: sync, max_connections: 50, shared_buffers: "16MB", autovacuum: "off" },
    };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn(this.#program, ["-D", this.#data, ...args], {
      ...{ stdio: ["ignore", "ignore", "pipe"], cwd: this.#home.path, ...this.#owner },
    });
    this.#child = child;
    let said = "";
    child.stderr?.on("data", (text: Buffer) => (said = `${said}${text.toString()}`.slice(-4_000)));
    for (let tries = 0; ; tries++) {
      if (child.exitCode !== null || tries > 600) throw new Error(`the server did not start: ${said}`);
      try {
        await this.run("postgres", "select 1");
        return;
      } catch {
        // Not yet.
        await sleep(25);
      }
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    // "Immediate": its processes quit where they are, and the next start recovers from the log.
    child.kill("SIGQUIT");
    await ended;
    this.#child = undefined;
  }

  async restart(awayMs = 0): Promise<void> {
    await this.stop();
    await sleep(awayMs);
    await this.start();
  }

  pause(): Promise<void> {
    for (const pid of this.#pids()) signalIfThere(pid, "SIGSTOP");
    return Promise.resolve();
  }

  resume(): Promise<void> {
    for (const pid of this.#pids()) signalIfThere(pid, "SIGCONT");
    return Promise.resolve();
  }

  /** The server and its children: one for each connection, and its helpers. */
  #pids(): readonly number[] {
    const pid = this.#child?.pid;
    if (pid === undefined) return [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return [
      pid,
      ...children
        .split(" ")
        .filter((text) => text !== "")
        .map(Number),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.resume();
    await this.stop();
    await this.#home[Symbol.asyncDispose]();
  }
}

/** A connection's process may end between the listing and the signal. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
