// A daemon whose catalog is a PostgreSQL database: it keeps everything there, alone, and never shows the password.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connectDaemon } from "../../tui/client/connect.ts";
import { trainOnce } from "../support/acknowledged.ts";
import { spawnDaemon, startDaemon } from "../support/daemon-process.ts";
import { startPostgres } from "../support/postgres.ts";
import { describeNeeding, postgresServer } from "../support/requirements.ts";
import { useTempDirectory } from "../support/temp-dir.ts";
import { waitFor } from "../support/wait-for.ts";

const temporary = useTempDirectory("postgres");

describeNeeding(postgresServer(), "a daemon over PostgreSQL", () => {
  test("captures, moves, survives its own end, and refuses a second daemon on the same database", { timeout: 60_000 }, async () => {
    await using server = await startPostgres();
    const url = server.url(await server.createDatabase());
    const root = join(temporary(), "models");
    await mkdir(root);
    await trainOnce(root, "BTC_ret_60", 1);
    const optionsAt = (name: string) => ({
      stateDir: join(temporary(), name),
      socketPath: join(temporary(), `${name}.sock`),
      register: [root],
      settleSeconds: 0.05,
      env: { MODEL_MANAGER_DATABASE_URL: url },
    });
    {
      await using daemon = await startDaemon(optionsAt("one"));
      const client = await connectDaemon({ socketPaths: [daemon.ready.socket], clientName: "test" });
      await trainOnce(root, "BTC_ret_60", 2);
      const line = "models/BTC_ret_60";
      await waitFor("the second version", async () => (await client.call("line.versions", { line, limit: 5 })).items[0]?.version === "v2");
      await client.call("line.activate", { line, version: "v1", reason: "by hand" });
      const check = (await client.call("doctor", {})).items.find((item) => item.name === "database");
      expect(check).toMatchObject({ state: "ok" });
      client.close();

      await using second = spawnDaemon(optionsAt("two"));
      expect(await second.ended).toBe(1);
      expect(second.log()).toMatch(
        /the database 127\.0\.0\.1:\d+\/catalog_1 is in use by model-managerd with process id \d+ on \S+; stop that daemon/,
      );
      await daemon.kill();
      expect(daemon.log() + second.log()).not.toContain("secret-word");
    }
    await using again = await startDaemon(optionsAt("one"));
    const client = await connectDaemon({ socketPaths: [again.ready.socket], clientName: "test" });
    const [live] = (await client.call("live.list", { target: "models/BTC_ret_60" })).items;
    expect(live).toMatchObject({ version: "v1" });
    client.close();
    expect(await again.stop()).toBe(0);
  });
});
