// The group reader: real files read by real threads, and what happens when files or threads misbehave.

import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { GroupReader, GroupReading, Log, ObservedGroup } from "../../../daemon/app/ports.ts";
import { openGroupReader, readerVersion, type GroupReaderOptions } from "../../../daemon/workers/group-reader.ts";
import { READER_NICENESS } from "../../../daemon/workers/thread-priority.ts";
import { parseExact } from "../../../shared/lib/exact-json.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { modelDocument, trainingFiles, writeTraining } from "../../support/training.ts";
import { emptyGroup, observe } from "./observed.ts";

type Read = Extract<GroupReading, { outcome: "read" }>;

const sha256 = (bytes: string | Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const directory = useTempDirectory("reader");
let open: GroupReader | undefined;

afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});

function reader(options: Partial<GroupReaderOptions> = {}): GroupReader {
  open = openGroupReader({ threads: 1, deadlineMs: 60_000, ...options });
  return open;
}

async function readOk(group: ObservedGroup, options: Partial<GroupReaderOptions> = {}): Promise<Read> {
  const reading = await reader(options).read(directory(), group);
  if (reading.outcome !== "read") throw new Error(JSON.stringify(reading));
  return reading;
}

const program = (name: string): URL => new URL(`./threads/${name}.ts`, import.meta.url);

describe("reading a group", () => {
  it("gives every file's bytes and digest, the description and its exact text", async () => {
    const training = { stamp: 7, symbol: "BTC" };
    await writeTraining(directory(), "BTC_r", training);
    const reading = await readOk(observe(directory(), "BTC_r"));
    const files = trainingFiles(training);
    expect(reading.files.map((file) => file.kind)).toEqual(["factors_txt", "ic_csv", "info_pkl", "model_pkl", "model_json"]);
    for (const file of reading.files) {
      const written = files[file.path.slice("BTC_r".length) as keyof typeof files];
      expect(Buffer.from(file.bytes).equals(written)).toBe(true);
      expect(file).toMatchObject({ size: written.length, sha256: sha256(written) });
    }
    expect(reading).toMatchObject({
      ready: true,
      notReady: "",
      faults: [],
      contradictions: [],
      served: { sha256: sha256(files["_model.json"]), bytes: files["_model.json"].length },
    });
    expect(parseExact(reading.descriptionText)).toMatchObject({ symbol: "BTC", feature_dim: 3, factors: ["f0_s7", "f1_s7", "f2_s7"] });
    expect(reading.summary).toMatchObject({
      symbol: "BTC",
      featureDim: 3,
      factorCount: 3,
      trainStart: "2024-01-01",
      trainEnd: "2024-06-01",
    });
    expect(reading.contentDigest).toBe(
      sha256(
        reading.files
          .map((file) => `${file.kind}:${file.sha256}\n`)
          .toSorted()
          .join(""),
      ),
    );
  });

  it("a document with CRLF is served with LF, under the digest of what is served", async () => {
    const text = modelDocument({ stamp: 1, symbol: "A" });
    writeFileSync(join(directory(), "A_r_model.json"), text.replaceAll(",", ",\r\n"));
    const served = text.replaceAll(",", ",\n");
    expect((await readOk(observe(directory(), "A_r"))).served).toEqual({ sha256: sha256(served), bytes: served.length });
  });

  it("a group that is not ready serves nothing", async () => {
    writeFileSync(join(directory(), "A_r_model.json"), "{}");
    expect(await readOk(observe(directory(), "A_r"))).toMatchObject({ ready: false, served: { sha256: "", bytes: 0 } });
  });

  it("integers beyond 2^53 survive in the description and its text", async () => {
    const { ARTIFACT_FIXTURES } = await import("../../support/alpha.ts");
    const root = join(ARTIFACT_FIXTURES, "beta");
    const reading = await reader().read(root, observe(root, "TRXBTC_ret_60"));
    expect(reading.outcome === "read" && reading.descriptionText).toContain('"train_window_start_ts":1515646500000000000,');
  });

  it("an empty file and files of both companions are part of the content", async () => {
    writeFileSync(join(directory(), "A_r_model.pkl"), "");
    writeFileSync(join(directory(), "A_r_golden.json"), '{"rows": [[1]], "margins": [1]}');
    writeFileSync(join(directory(), "A_r_series.csv"), "date,ic,ret\n");
    const reading = await readOk(observe(directory(), "A_r"));
    expect(reading.files.map((file) => file.kind)).toEqual(["model_pkl", "golden", "series"]);
    expect(reading.summary.golden).toBe("not_checked");
  });

  it("of two files of one kind the newer is read and the other named", async () => {
    mkdirSync(join(directory(), "old"));
    writeFileSync(join(directory(), "old", "A_r_factors.txt"), "old\n");
    writeFileSync(join(directory(), "A_r_factors.txt"), "new\n");
    utimesSync(join(directory(), "old", "A_r_factors.txt"), 1, 1);
    const reading = await readOk(observe(directory(), "A_r"));
    expect(reading.files.map((file) => file.path)).toEqual(["A_r_factors.txt"]);
    expect(reading.summary.warnings[0]).toBe("old/A_r_factors.txt is not used: A_r_factors.txt is the newer one, or comes later by path");
  });

  it("a symbolic link counts as the file it leads to", async () => {
    writeFileSync(join(directory(), "target"), "a\n");
    symlinkSync("target", join(directory(), "A_r_factors.txt"));
    expect((await readOk(observe(directory(), "A_r"))).descriptionText).toContain('"factors":["a"]');
  });
});

describe("files that cannot be had", () => {
  it("too large an artifact is a stated fault, and the rest of the group is read", async () => {
    writeFileSync(join(directory(), "A_r_factors.txt"), "a\n");
    writeFileSync(join(directory(), "A_r_model.pkl"), "x".repeat(2000));
    const reading = await readOk(observe(directory(), "A_r"), { maxArtifactBytes: 1000 });
    expect(reading.faults).toEqual([
      { kind: "model_pkl", file: "A_r_model.pkl", reason: "it has 2000 bytes, more than the 1000 that an artifact may have" },
    ]);
    expect(reading.files.map((file) => file.kind)).toEqual(["factors_txt"]);
  });

  it.skipIf(process.getuid?.() === 0)("a file without permission is a stated fault", async () => {
    writeFileSync(join(directory(), "A_r_factors.txt"), "a\n");
    const group = observe(directory(), "A_r");
    chmodSync(join(directory(), "A_r_factors.txt"), 0);
    const [file] = observe(directory(), "A_r").files;
    expect((await readOk({ ...group, files: file === undefined ? [] : [file] })).faults[0]?.reason).toBe(
      "the daemon may not read it (EACCES)",
    );
  });

  it("a folder or a FIFO under an artifact's name is a stated fault and blocks nothing", async () => {
    mkdirSync(join(directory(), "A_r_factors.txt"));
    execFileSync("mkfifo", [join(directory(), "A_r_info.pkl")]);
    const reading = await readOk(observe(directory(), "A_r"));
    expect(reading.faults.map((fault) => `${fault.kind}: ${fault.reason}`)).toEqual([
      "factors_txt: it is no regular file",
      "info_pkl: it is no regular file",
    ]);
  });
});

describe("files that change", () => {
  const CHANGES: readonly (readonly [string, (path: string) => void])[] = [
    ["was written to", (path) => appendFileSync(path, "more")],
    ["was cut", (path) => truncateSync(path, 1)],
    [
      "was replaced",
      (path) => {
        writeFileSync(`${path}.part`, "a\n");
        renameSync(`${path}.part`, path);
      },
    ],
    ["went away", (path) => rmSync(path)],
  ];
  it.each(CHANGES)("a file that %s since the listing makes the group unstable", async (_what, change) => {
    const path = join(directory(), "A_r_factors.txt");
    writeFileSync(path, "a\n");
    const group = observe(directory(), "A_r");
    change(path);
    expect(await reader().read(directory(), group)).toEqual({ outcome: "unstable" });
  });

  it("a change of a file that is passed over counts too", async () => {
    mkdirSync(join(directory(), "old"));
    writeFileSync(join(directory(), "old", "A_r_factors.txt"), "old\n");
    utimesSync(join(directory(), "old", "A_r_factors.txt"), 1, 1);
    writeFileSync(join(directory(), "A_r_factors.txt"), "new\n");
    const group = observe(directory(), "A_r");
    appendFileSync(join(directory(), "old", "A_r_factors.txt"), "x");
    expect(await reader().read(directory(), group)).toEqual({ outcome: "unstable" });
  });
});

describe("a manifest", () => {
  const write = (files: Readonly<Record<string, string>>): void =>
    writeFileSync(join(directory(), "A_r_manifest.json"), JSON.stringify({ files }));

  it("that matches lets the group be read; files that it does not name belong to it", async () => {
    writeFileSync(join(directory(), "A_r_factors.txt"), "a\n");
    writeFileSync(join(directory(), "A_r_ic.csv"), "");
    writeFileSync(join(directory(), "notes.md"), "n");
    write({ "A_r_factors.txt": sha256("a\n"), "notes.md": sha256("n") });
    const reading = await readOk(observe(directory(), "A_r"));
    expect(reading.files.map((file) => file.kind)).toEqual(["factors_txt", "ic_csv"]);
  });

  it("that does not match names what is missing and what differs", async () => {
    writeFileSync(join(directory(), "A_r_factors.txt"), "a\n");
    write({ "A_r_factors.txt": sha256("b\n"), "A_r_model.json": sha256("x"), "other.bin": sha256("y") });
    expect(await reader().read(directory(), observe(directory(), "A_r"))).toEqual({
      outcome: "incomplete",
      reason:
        "A_r_manifest.json does not match the files; missing or unreadable: A_r_model.json, other.bin; other bytes than named: A_r_factors.txt",
    });
  });

  it.each([
    ["{", /A_r_manifest.json: no JSON/],
    [JSON.stringify({ files: { "../A_r_factors.txt": "ab".repeat(32) } }), /no plain file name/],
    [" ".repeat(1024 * 1024 + 1), /more than the 1048576/],
  ])("that cannot be used keeps the group back, case %#", async (text, reason) => {
    writeFileSync(join(directory(), "A_r_factors.txt"), "a\n");
    writeFileSync(join(directory(), "A_r_manifest.json"), text);
    const reading = await reader().read(directory(), observe(directory(), "A_r"));
    expect(reading).toMatchObject({ outcome: "incomplete", reason: expect.stringMatching(reason) as unknown });
  });

  it("that changed since the listing makes the group unstable", async () => {
    writeFileSync(join(directory(), "A_r_factors.txt"), "a\n");
    write({ "A_r_factors.txt": sha256("a\n") });
    const group = observe(directory(), "A_r");
    write({ "A_r_factors.txt": sha256("b\n") });
    expect(await reader().read(directory(), group)).toEqual({ outcome: "unstable" });
  });
});

describe("threads that misbehave", () => {
  const silent: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const answered = (key: string): GroupReading => ({ outcome: "incomplete", reason: key });

  it("a group that takes too long fails alone; those behind it and the next ones are read", async () => {
    const pool = reader({ deadlineMs: 2000, entry: program("endless"), log: silent });
    const readings = await Promise.all(["a", "endless", "b", "c", "d", "e"].map((key) => pool.read("/", emptyGroup(key))));
    expect(readings[1]).toEqual({ outcome: "failed", reason: "reading took longer than 2 s" });
    expect(readings.filter((_, i) => i !== 1)).toEqual(["a", "b", "c", "d", "e"].map(answered));
    expect(await pool.read("/", emptyGroup("after"))).toEqual(answered("after"));
  });

  it.each([
    ["greedy", "reading needed more memory than it may use"],
    ["deadly", "reading ended unexpectedly"],
    ["throwing", "reading crashed; the daemon's log has the details"],
  ])("a group that is %s fails alone, with the reason", async (key, reason) => {
    const pool = reader({ maxOldSpaceMb: 32, entry: program("greedy"), log: silent });
    const readings = await Promise.all(["a", key, "b"].map((name) => pool.read("/", emptyGroup(name))));
    expect(readings).toEqual([answered("a"), { outcome: "failed", reason }, answered("b")]);
  });

  it("a program that cannot start fails each group instead of trying for ever", async () => {
    const pool = reader({ entry: program("missing"), log: silent });
    const readings = await Promise.all(["a", "b", "c"].map((key) => pool.read("/", emptyGroup(key))));
    expect(readings.map((reading) => reading.outcome)).toEqual(["failed", "failed", "failed"]);
  });

  it("closing answers everybody who waits, and later calls", async () => {
    const pool = reader({ entry: program("endless"), log: silent });
    const waiting = Array.from({ length: 20 }, () => pool.read("/", emptyGroup("endless")));
    await pool[Symbol.asyncDispose]();
    const closed = { outcome: "failed", reason: "reading was ended" };
    expect(new Set((await Promise.all(waiting)).map((reading) => JSON.stringify(reading)))).toEqual(new Set([JSON.stringify(closed)]));
    expect(await pool.read("/", emptyGroup("a"))).toEqual(closed);
  });

  it("many groups over two threads each get their own answer", async () => {
    for (let i = 0; i < 40; i++) writeFileSync(join(directory(), `G${i}_r_factors.txt`), `f${i}\n`);
    const pool = reader({ threads: 2 });
    const readings = await Promise.all(Array.from({ length: 40 }, (_, i) => pool.read(directory(), observe(directory(), `G${i}_r`))));
    expect(readings.map((reading) => reading.outcome === "read" && /"factors":\["([^"]*)"/.exec(reading.descriptionText)?.[1])).toEqual(
      Array.from({ length: 40 }, (_, i) => `f${i}`),
    );
  });

  it.runIf(process.platform === "linux" && getPriority() < READER_NICENESS)("the threads give way to the rest of the process", async () => {
    await writeTraining(directory(), "BTC_r", { stamp: 1, symbol: "BTC" });
    await readOk(observe(directory(), "BTC_r"));
    const nicenessOf = (task: string): number =>
      Number(/\) (?:\S+ ){16}(-?\d+)/.exec(readFileSync(`/proc/self/task/${task}/stat`, "utf8"))?.[1]);
    expect(readdirSync("/proc/self/task").map(nicenessOf)).toContain(READER_NICENESS);
    expect(nicenessOf(String(process.pid))).toBe(getPriority());
  });

  it("tells the version of our readers", () => {
    expect(reader().version).toBe(readerVersion);
  });
});
