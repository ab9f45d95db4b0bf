// The door inside a bundle: health and reflection find their own proto files only while their packages stay outside of it.

import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { createFakeApplication, createMemoryLog, realClock } from "./fake-application.ts";
import { PROTO_PATH } from "./proto.ts";
import { startReflection } from "./reflection-client.ts";

const server = fileURLToPath(new URL("../../../../daemon/transport/grpc/server.ts", import.meta.url));
/** Inside of the checkout, so that the packages are found from there. */
const folder = fileURLToPath(new URL("../../../../.tmp/", import.meta.url));

test("a bundle that leaves the gRPC packages outside serves health and reflection", async () => {
  const outfile = join(folder, `grpc-door-${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  try {
    await build({
      entryPoints: [server],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      external: ["@grpc/*", "grpc-health-check"],
      logLevel: "silent",
    });
    const bundled: typeof import("../../../../daemon/transport/grpc/server.ts") = await import(pathToFileURL(outfile).href);
    await using door = await bundled.openGrpcServer({
      host: "127.0.0.1",
      port: 0,
      application: createFakeApplication(),
      clock: realClock,
      log: createMemoryLog(),
      protoPath: PROTO_PATH,
    });
    await using reflection = startReflection(door.address, "v1");
    expect(await reflection.services()).toContain("grpc.health.v1.Health");
  } finally {
    await rm(outfile, { force: true });
  }
});
