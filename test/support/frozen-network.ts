// A network between a client and a server that can fail as networks do: without a word.

import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A TCP proxy. Disposing it closes everything. */
export interface FrozenNetwork extends AsyncDisposable {
  /** Where clients connect, as `host:port`. */
  readonly address: string;
  /** From now on nothing arrives any more, in neither direction; both ends still believe in their connections. */
  freeze(): void;
  /** Connections that the server has not given up. */
  readonly open: number;
}

/** Opens a proxy on a free port before the server at `host:port`. */
export async function openFrozenNetwork(target: string): Promise<FrozenNetwork> {
  const [host, port] = [target.slice(0, target.lastIndexOf(":")), Number(target.slice(target.lastIndexOf(":") + 1))];
  const sockets = new Set<Socket>();
  const upstreams = new Set<Socket>();
  let isFrozen = false;
  const forward = (from: Socket, to: Socket): void => {
    from.on("data", (bytes: Buffer) => !isFrozen && to.write(bytes));
    from.on("error", () => undefined);
    from.on("close", () => !isFrozen && to.destroy());
  };
  const server = createServer((client) => {
    const upstream = connect(port, host);
    sockets.add(client).add(upstream);
    upstreams.add(upstream);
    upstream.on("close", () => upstreams.delete(upstream));
    forward(client, upstream);
    forward(upstream, client);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("a TCP listener has no address");
  return {
    address: `127.0.0.1:${address.port}`,
    freeze: () => void (isFrozen = true),
    get open() {
      return upstreams.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
