// Two daemons never share a state directory, and a dead one never keeps a new one out.

import { chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockStateDirectory } from "../../../daemon/storage/state-lock.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { startProgram } from "./child-program.ts";

const directory = useTempDirectory("state-lock");

describe("the lock of a state directory", { timeout: 60_000 }, () => {
  it("a second daemon is refused, with the process that holds it and what to do", async () => {
    const first = startProgram("hold-lock.ts", directory());
    try {
      expect(await first.nextLine()).toBe("locked");
      expect(() => lockStateDirectory(directory())).toThrow(
        `is in use by model-managerd with process id ${first.pid}; stop that daemon, or give this one its own directory`,
      );
    } finally {
      await first.kill();
    }
  });

  it("kill -9 frees it at once", async () => {
    const first = startProgram("hold-lock.ts", directory());
    expect(await first.nextLine()).toBe("locked");
    await first.kill();
    await using lock = lockStateDirectory(directory());
    expect(lock).toBeDefined();
    const second = startProgram("hold-lock.ts", directory());
    expect(await second.nextLine()).toBe("StateLockedError");
    await second.finish();
  });

  it("a second lock in the same process is refused, and the first one holds on", async () => {
    await using first = lockStateDirectory(directory());
    expect(() => lockStateDirectory(directory())).toThrow(`process id ${process.pid}`);
    const other = startProgram("hold-lock.ts", directory());
    expect(await other.nextLine()).toBe("StateLockedError");
    await other.finish();
    expect(first).toBeDefined();
  });

  it("a released lock can be taken again", async () => {
    await lockStateDirectory(directory())[Symbol.asyncDispose]();
    await lockStateDirectory(directory())[Symbol.asyncDispose]();
    await using last = lockStateDirectory(directory());
    expect(last).toBeDefined();
  });

  it("of several that start at once exactly one gets it", async () => {
    const programs = Array.from({ length: 6 }, () => startProgram("hold-lock.ts", directory()));
    const answers = await Promise.all(programs.map((program) => program.nextLine()));
    await Promise.all(programs.map((program) => program.kill()));
    expect(answers.filter((answer) => answer === "locked")).toHaveLength(1);
    expect(answers.filter((answer) => answer === "StateLockedError")).toHaveLength(5);
  });
});

describe("the state directory", () => {
  it("is made for this user alone, with its parents", async () => {
    const state = join(directory(), "a", "b");
    await using lock = lockStateDirectory(state);
    expect(lock).toBeDefined();
    expect((await stat(state)).mode & 0o777).toBe(0o700);
  });

  it("an existing one keeps its mode", async () => {
    const state = join(directory(), "shared");
    await mkdir(state);
    await chmod(state, 0o750);
    await using lock = lockStateDirectory(state);
    expect(lock).toBeDefined();
    expect((await stat(state)).mode & 0o777).toBe(0o750);
  });

  it("a file in its place is named", async () => {
    const file = join(directory(), "state");
    await writeFile(file, "");
    expect(() => lockStateDirectory(file)).toThrow(/state is a file, not a directory; name another one with --state-dir/);
    expect(() => lockStateDirectory(join(file, "below"))).toThrow(/a part of the path of the state directory .* is a file/);
  });

  it.skipIf(process.getuid?.() === 0)("one that may not be written is named", async () => {
    await chmod(directory(), 0o500);
    expect(() => lockStateDirectory(directory())).toThrow(/this user may not write to the state directory/);
    await chmod(directory(), 0o700);
  });

  it("a foreign file under the lock's name is not overwritten", async () => {
    await writeFile(join(directory(), "daemon.lock"), "not a database, but long enough to look like one: ".repeat(30));
    expect(() => lockStateDirectory(directory())).toThrow(/daemon\.lock is damaged or not a lock file; make sure that no daemon runs/);
  });
});
