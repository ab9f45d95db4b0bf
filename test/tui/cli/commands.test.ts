// Commands against a daemon that answers what the test says: output, exit codes, questions.

import { describe, expect, test } from "vitest";
import { ERROR_CODES } from "../../../shared/contract/errors.ts";
import { EVENT_KINDS } from "../../../shared/contract/events.ts";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import { parseExact } from "../../../shared/lib/exact-json.ts";
import { runCommand } from "../../support/cli-host.ts";
import { openFakeDaemon, type FakeAnswers } from "../../support/fake-daemon.ts";
import { catalogEvents, curveOf, groupOf, lineOf, sourceOf, statusOf, versionOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";

const folder = useTempDirectory("cli");

/** Runs one command against a fake daemon; tells also what the daemon was asked. */
async function run(answers: FakeAnswers, args: string, options?: Parameters<typeof runCommand>[2]) {
  await using fake = await openFakeDaemon(folder(), answers);
  const result = await runCommand(fake.socketPath, args.split(" "), options);
  return { ...result, called: fake.called };
}

const refuse = (code: string, message: string) => () => {
  throw Object.assign(new Error(message), { code });
};

describe("machine output", () => {
  const answers: FakeAnswers = {
    status: () => statusOf(),
    "source.list": () => ({ items: [sourceOf("alpha")], total: 1 }),
    refresh: () => ({ sources: 1, groups: 8, changed: 1 }),
    "group.list": () => ({ items: [groupOf("alpha", "BTC_ret")], total: 1, next: null }),
    "line.show": () => lineOf("alpha", "BTC_ret"),
    "line.ic": () => ({
      line: "alpha/BTC_ret",
      version: "v2",
      items: [{ symbol: "BTC", factor_name: "f", return_name: "ret", kendall_tau: null }],
      total: 1,
    }),
    "line.curve": () => curveOf(5),
    "line.factors": () => ({
      line: "alpha/BTC_ret",
      version: "v2",
      items: [{ dim: 0, factor_name: "f", kendall_tau: 0.5 }],
      total: 1,
      factors: ["f"],
    }),
    "client.list": () => ({ items: [], total: 0 }),
  };
  test.each([
    ["status", "status"],
    ["source.list", "source list"],
    ["refresh", "refresh alpha/BTC_ret"],
    ["line.show", "show alpha/BTC_ret"],
    ["line.ic", "ic alpha/BTC_ret"],
    ["line.curve", "curve alpha/BTC_ret"],
    ["line.factors", "factors alpha/BTC_ret"],
    ["client.list", "clients"],
  ] as const)("%s with --json is one document that its schema accepts, and nothing else", async (operation, args) => {
    const { code, stdout, stderr } = await run(answers, `${args} --json`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(OPERATIONS[operation].output.parse(parseExact(stdout))).toBeDefined();
  });

  test("a list holds the items of all pages and their number, without page keys", async () => {
    const { stdout, called } = await run(
      {
        "group.list": ({ after }) => ({
          items: [groupOf("alpha", after === undefined ? "A" : "B")],
          total: 2,
          next: after === undefined ? "A" : null,
        }),
      },
      "symbols alpha --json",
    );
    const list = JSON.parse(stdout) as { items: { group_key: string }[]; total: number };
    expect(list.items.map((item) => item.group_key)).toEqual(["A", "B"]);
    expect(Object.keys(list)).toEqual(["items", "total"]);
    expect(list.total).toBe(2);
    expect(called.map(({ input }) => input)).toEqual([
      { source: "alpha", limit: 1000 },
      { source: "alpha", limit: 1000, after: "A" },
    ]);
  });

  test("a stream is one document a line", async () => {
    const { stdout } = await run({ "event.stream": () => catalogEvents(3) }, "events --after 0 --json");
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => OPERATIONS["event.stream"].output.parse(JSON.parse(line)).sequence),
    ).toEqual([1, 2, 3]);
  });

  test("whole numbers keep every digit", async () => {
    const { stdout } = await run(answers, "show alpha/BTC_ret --json");
    expect(stdout).toContain("1717200000000000001");
  });
});

describe("output for people", () => {
  test("columns are aligned and the state is said in words", async () => {
    const { stdout } = await run(
      {
        "group.list": () => ({
          items: [
            groupOf("alpha", "BTC_ret"),
            groupOf("alpha", "ETHUSDT_ret_240", { ready: false, degraded: "ic.csv is not UTF-8", pinned: true }),
          ],
          total: 2,
          next: null,
        }),
      },
      "symbols alpha",
    );
    const [title = "", first = "", second = ""] = stdout.split("\n");
    expect(first.indexOf("v2")).toBe(title.indexOf("LIVE"));
    expect(second.slice(title.indexOf("LIVE"))).toMatch(/^v2 pinned .*degraded: ic.csv is not UTF-8$/);
  });

  test("names cannot steer the terminal", async () => {
    const { stdout } = await run(
      { "group.list": () => ({ items: [groupOf("alpha", "\u001b[2J\u0007BTC\u202e")], total: 1, next: null }) },
      "symbols alpha",
    );
    expect([...stdout].filter((character) => character !== "\n" && (character < " " || character === "\u202e"))).toEqual([]);
  });

  test.each([
    ["a terminal", {}, true],
    ["NO_COLOR", { NO_COLOR: "1" }, false],
    ["TERM=dumb", { TERM: "dumb" }, false],
  ])("colours on a terminal only: %s", async (_what, env, isColoured) => {
    const { stdout } = await run({ status: () => statusOf() }, "status", { isTerminal: true, env });
    expect(stdout.includes("\u001b[")).toBe(isColoured);
  });

  test("--plain has neither colours nor anything but ASCII, also in charts", async () => {
    const { stdout } = await run({ "line.curve": () => curveOf(30) }, "curve alpha/BTC_ret --plain", { isTerminal: true });
    expect(stdout).toContain("rmse");
    expect(stdout).toMatch(/^[\n -~]*$/);
  });

  test("the widest event kind fits its column", () => {
    expect(Math.max(...EVENT_KINDS.map((kind) => kind.length))).toBeLessThanOrEqual(23);
  });
});

describe("exit codes", () => {
  const expected: Record<(typeof ERROR_CODES)[number], number> = {
    invalid_input: 1,
    not_found: 1,
    conflict: 1,
    overloaded: 1,
    unavailable: 1,
    timeout: 1,
    internal: 1,
    unauthenticated: 4,
    forbidden: 4,
    wrong_state: 4,
    gate_refused: 4,
    cancelled: 130,
  };
  test.each(ERROR_CODES)("a refusal with %s", async (refusal) => {
    const { code, stdout, stderr } = await run({ "line.show": refuse(refusal, "said the daemon") }, "show a/b");
    expect({ code, stdout }).toEqual({ code: expected[refusal], stdout: "" });
    expect(stderr).toBe("error: said the daemon\n");
  });

  test.each(["nope", "show", "show a b c", "status --nope", "source add x --policy wild", "events --after soon", "source", "get"])(
    "%s is a usage error",
    async (args) => {
      const { code, stderr, called } = await run({}, args);
      expect(code).toBe(2);
      expect(stderr).not.toBe("");
      expect(called).toEqual([]);
    },
  );

  test("no daemon is 3, and the socket that was tried is named", async () => {
    const { code, stderr } = await runCommand("/nonexistent/daemon.sock", ["status"]);
    expect(code).toBe(3);
    expect(stderr).toContain("/nonexistent/daemon.sock");
  });

  test("--socket names the only place to look", async () => {
    await using fake = await openFakeDaemon(folder(), { status: () => statusOf() });
    expect(await runCommand("/nonexistent/daemon.sock", ["status", "--socket", fake.socketPath])).toMatchObject({ code: 0 });
  });

  test("an interrupted command is 130", async () => {
    const stop = new AbortController();
    const { code, stderr } = await run(
      {
        async *"event.stream"(_input, signal) {
          yield* catalogEvents(1);
          stop.abort();
          await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        },
      },
      "events --follow",
      { signal: stop.signal },
    );
    expect({ code, stderr }).toEqual({ code: 130, stderr: "" });
  });
});

describe("asking before a change", () => {
  const moved = { line: "alpha/BTC_ret", version: "v1", previous_version: "v2", pinned: true, sequence: 18, changed: true };
  const answers: FakeAnswers = {
    "line.activate": () => moved,
    "line.resume": () => ({ ...moved, version: "v2", previous_version: "v1", pinned: false }),
    "line.show": () => lineOf("alpha", "BTC_ret"),
    "source.list": () => ({ items: [sourceOf("alpha")], total: 1 }),
    "source.remove": ({ name }) => ({ name, withdrawn: 8 }),
  };

  test.each(["activate alpha/BTC_ret v1", "resume alpha/BTC_ret", "source remove alpha"])(
    "%s without a terminal needs --yes and asks the daemon for nothing",
    async (args) => {
      expect(await run(answers, args)).toMatchObject({ code: 2, called: [], stderr: expect.stringContaining("--yes") as unknown });
      const { code, called } = await run(answers, `${args} --yes`);
      expect(code).toBe(0);
      expect(called).toHaveLength(1);
    },
  );

  test.each(["activate alpha/BTC_ret v1", "resume alpha/BTC_ret", "source remove alpha"])(
    "%s on a terminal changes nothing unless the answer is yes",
    async (args) => {
      for (const answer of [[], ["n"], [""], ["yes please"]]) {
        const { code, called, stderr } = await run(answers, args, { isTerminal: true, answers: answer });
        expect(code).toBe(1);
        expect(stderr).toContain("nothing was changed");
        expect(
          called.some(
            ({ op, input }) =>
              op === "source.remove" ||
              op === "line.resume" ||
              (op === "line.activate" && (input as { dry_run?: boolean }).dry_run !== true),
          ),
        ).toBe(false);
      }
      expect(await run(answers, args, { isTerminal: true, answers: ["y"] })).toMatchObject({ code: 0 });
    },
  );

  test("activate asks with from and to, then does it with the reason", async () => {
    const { questions, called } = await run(answers, "activate alpha/BTC_ret v1 --reason drift", { isTerminal: true, answers: ["y"] });
    expect(questions).toEqual(["Activate alpha/BTC_ret: v2 → v1 and pin it. [y/N] "]);
    expect(called.map(({ input }) => input)).toEqual([
      { line: "alpha/BTC_ret", version: "v1", reason: "drift", dry_run: true },
      { line: "alpha/BTC_ret", version: "v1", reason: "drift", request_id: expect.any(String) as unknown },
    ]);
  });

  test("--dry-run only tells, also without a terminal", async () => {
    const { code, stdout, called } = await run(answers, "activate alpha/BTC_ret v1 --dry-run");
    expect(code).toBe(0);
    expect(stdout).toContain("v2 → v1");
    expect(called.map(({ input }) => input)).toEqual([expect.objectContaining({ dry_run: true })]);
  });
});

describe("source add", () => {
  const answers: FakeAnswers = {
    "source.add": ({ name }) => sourceOf(name ?? "alpha", { scan: { state: "waiting", done: 0, total: 0 } }),
    *"source.progress"({ name }) {
      yield { name, state: "reading", done: 3, total: 8 };
      yield { name, state: "idle", done: 8, total: 8 };
    },
    "source.list": () => ({ items: [sourceOf("alpha", { warnings: ["BTC_ret: ic.csv has no rows"] })], total: 1 }),
  };

  test("the path is made absolute here, and the counts and warnings are those after the scan", async () => {
    const { code, stdout, stderr, called } = await run(answers, "source add models/alpha --policy gated", { cwd: "/data" });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: "alpha: 4 symbols, 8 groups, 8 ready, 1 warning\n",
      stderr: "warning: BTC_ret: ic.csv has no rows\n",
    });
    expect(called.map(({ op }) => op)).toEqual(["source.add", "source.progress", "source.list"]);
    expect(called[0]?.input).toEqual({ path: "/data/models/alpha", policy: "gated", replace: false });
  });

  test("on a terminal a line tells how far the scan is, and is erased in the end", async () => {
    const { stderr } = await run(answers, "source add ~/alpha", { isTerminal: true });
    expect(stderr.startsWith("\r\u001b[Kalpha: reading 3/8\r\u001b[K")).toBe(true);
  });
});

describe("lists of versions", () => {
  test("versions are listed with the live one marked", async () => {
    const line = "alpha/BTC_ret";
    const items = [versionOf(line, "v2"), versionOf(line, "v1", { status: "archived", live: false, golden: "not_checked" })];
    const { stdout } = await run({ "line.versions": () => ({ items, total: 2, next: null }) }, `versions ${line}`);
    expect(stdout).toMatch(/v2 +production +live .* - .*\nv1 +archived +2026.* not checked /);
  });
});
