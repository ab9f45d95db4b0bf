// A client process that watches, says so, and does nothing else: `node watching-process.ts HOST:PORT`.

import { PROTO, SERVICE } from "./proto.ts";
import { createWireClient } from "./wire-client.ts";

const address = process.argv[2];
if (address === undefined) throw new Error("usage: watching-process.ts HOST:PORT");
for await (const message of createWireClient(address, PROTO, SERVICE).stream("WatchModels", {}).messages)
  process.stdout.write(`${JSON.stringify(message)}\n`);
