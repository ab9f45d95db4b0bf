// A way to a database that can be cut at the worst moments: before a commit arrives, before its answer does, or without a word to the server.

import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * pass: hands everything on. refuse: takes no new connections.
 * before_commit: ends the connection instead of handing on the next commit. after_commit: hands it on, and ends the connection instead of handing
 * on its answer. Either cut happens once; then it refuses.
 */
export type ProxyMode = "pass" | "refuse" | "before_commit" | "after_commit";

/** A proxy on loopback. */
export interface CuttingProxy extends AsyncDisposable {
  readonly port: number;
  mode: ProxyMode;
  /** Ends every connection; `keepsServerSide` leaves the database thinking that its client is still there. */
  cut(keepsServerSide?: boolean): void;
}

/** The statement as the client library sends it: a simple query. */
const COMMIT = Buffer.from("commit\0");

/** Listens on a free port and hands connections on to that port of 127.0.0.1. */
export async function openCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const proxy = new Proxy(targetPort);
  await proxy.listen();
  return proxy;
}

class Proxy implements CuttingProxy {
  readonly #targetPort: number;
  readonly #server: Server;
  readonly #pairs = new Map<Socket, Socket>();
  mode: ProxyMode = "pass";

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer((client) => this.#take(client));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  cut(keepsServerSide = false): void {
    for (const [client, target] of this.#pairs) {
      if (keepsServerSide) client.removeAllListeners("close");
      else target.destroy();
      client.destroy();
    }
  }

  #take(client: Socket): void {
    if (this.mode === "refuse") {
      client.destroy();
      return;
    }
    const target = connect(this.#targetPort, "127.0.0.1");
    this.#pairs.set(client, target);
    const pair = { hidesAnswer: false };
    const end = (): void => {
      client.destroy();
      target.destroy();
    };
    client.on("data", (data: Buffer) => {
      if (data.includes(COMMIT) && this.mode === "before_commit") {
        this.mode = "refuse";
        return end();
      }
      if (data.includes(COMMIT) && this.mode === "after_commit") pair.hidesAnswer = true;
      target.write(data);
    });
    target.on("data", (data: Buffer) => {
      if (pair.hidesAnswer) {
        this.mode = "refuse";
        return end();
      }
      client.write(data);
    });
    // A reset is an end like any other.
    for (const socket of [client, target]) socket.on("error", () => socket.destroy());
    client.on("close", () => target.destroy());
    target.on("close", () => {
      this.#pairs.delete(client);
      client.destroy();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.mode = "refuse";
    this.cut();
    for (const target of this.#pairs.values()) target.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
