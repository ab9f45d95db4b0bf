// Calls and streams over one connection.

import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import { connectDaemon } from "../../../tui/client/connect.ts";
import { openFakeDaemon, type FakeAnswers, type FakeDaemon, type FakeOptions } from "../../support/fake-daemon.ts";
import { catalogEvents, curveOf, statusOf } from "../../support/sample-answers.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";

const folder = useTempDirectory("connection");

async function open(answers: FakeAnswers, options?: FakeOptions) {
  const fake: FakeDaemon = await openFakeDaemon(folder(), answers, options);
  const client = await connectDaemon({ socketPaths: [fake.socketPath], clientName: "a test" });
  return {
    fake,
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await fake[Symbol.asyncDispose]();
    },
  };
}

describe("calls", () => {
  test("answers find their callers, whatever their order", async () => {
    const held = Promise.withResolvers<void>();
    await using both = await open({
      status: async () => {
        await held.promise;
        return statusOf();
      },
      "source.list": () => ({ items: [], total: 0 }),
    });
    const slow = both.client.call("status", {});
    expect(await both.client.call("source.list", {})).toEqual({ items: [], total: 0 });
    held.resolve();
    expect(OPERATIONS.status.output.parse(await slow)).toEqual(statusOf());
  });

  test("whole numbers beyond 2^53 keep every digit, both ways", async () => {
    await using both = await open({ "line.show": () => ({ info_summary: { train_window_end_ts: 1700000000123456789n } }) as never });
    const shown = await both.client.call("line.show", { line: "alpha/BTC_ret" });
    expect(shown.info_summary).toEqual({ train_window_end_ts: 1700000000123456789n });
  });

  test("an answer in slices is joined, also between the slices of another", async () => {
    const curve = curveOf(20_000);
    await using both = await open({ "line.curve": () => curve }, { sliceChars: 1000 });
    const [one, two] = await Promise.all([
      both.client.call("line.curve", { line: "a/b" }),
      both.client.call("line.curve", { line: "a/b" }),
    ]);
    expect(one).toEqual(curve);
    expect(two).toEqual(curve);
  });

  test("a refusal rejects with its code and message; an unknown code counts as internal", async () => {
    const refuse = (code: string) => () => {
      throw Object.assign(new Error("no such line"), { code });
    };
    await using both = await open({ "line.show": refuse("not_found"), "line.ic": refuse("of_the_future") });
    await expect(both.client.call("line.show", { line: "a/b" })).rejects.toMatchObject({
      name: "AppError",
      code: "not_found",
      message: "no such line",
    });
    await expect(both.client.call("line.ic", { line: "a/b" })).rejects.toMatchObject({ code: "internal", message: "no such line" });
  });

  test("an aborted call rejects as cancelled and the daemon is told", async () => {
    await using both = await open({ status: () => new Promise(() => undefined) });
    const stop = new AbortController();
    const call = both.client.call("status", {}, stop.signal);
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: "cancelled" });
    await waitFor("a cancel frame", () => both.fake.frames.some((frame) => frame.t === "cancel"));
  });

  test("a lost connection fails open calls, later calls and open streams as DaemonGone, and resolves `closed`", async () => {
    await using both = await open({
      status: () => new Promise(() => undefined),
      async *"event.stream"() {
        yield* catalogEvents(1);
        await new Promise(() => undefined);
      },
    });
    const call = both.client.call("status", {});
    const events = both.client.stream("event.stream", {})[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    both.fake.drop();
    await expect(call).rejects.toMatchObject({ name: "DaemonGone", message: expect.stringContaining("closed the connection") as unknown });
    await expect(events.next()).rejects.toMatchObject({ name: "DaemonGone" });
    await both.client.closed;
    await expect(both.client.call("status", {})).rejects.toMatchObject({ name: "DaemonGone" });
  });

  test.each([
    ["no JSON", "{"],
    ["an unknown frame", '{"t":"news"}'],
    ["a second welcome", '{"t":"refused","error":{"code":"x","message":"y"}}'],
  ])("a peer that breaks the protocol (%s) is left", async (_what, text) => {
    await using both = await open({ status: () => new Promise(() => undefined) });
    const call = both.client.call("status", {});
    both.fake.sendRaw(text);
    await expect(call).rejects.toMatchObject({ name: "DaemonGone", message: expect.stringContaining("broke the protocol") as unknown });
  });
});

describe("streams", () => {
  test("items come in order and the stream ends when the daemon ends it", async () => {
    await using both = await open({ "event.stream": () => catalogEvents(500) });
    const seen: number[] = [];
    for await (const event of both.client.stream("event.stream", { after: 0 }))
      seen.push(OPERATIONS["event.stream"].output.parse(event).sequence);
    expect(seen).toEqual(Array.from({ length: 500 }, (_item, at) => at + 1));
  });

  test("leaving a stream tells the daemon to stop", async () => {
    await using both = await open({ "event.stream": () => catalogEvents(10) });
    for await (const event of both.client.stream("event.stream", {})) if (event.sequence === 3) break;
    await waitFor("a cancel frame", () => both.fake.frames.some((frame) => frame.t === "cancel"));
  });

  test("a refusal after some items comes after them", async () => {
    await using both = await open({
      *"event.stream"() {
        yield* catalogEvents(2);
        throw Object.assign(new Error("too old"), { code: "wrong_state" });
      },
    });
    const seen: number[] = [];
    const read = async (): Promise<void> => {
      for await (const event of both.client.stream("event.stream", {})) seen.push(event.sequence);
    };
    await expect(read()).rejects.toMatchObject({ code: "wrong_state" });
    expect(seen).toEqual([1, 2]);
  });

  /** A stream of which one item is read, and a daemon that has sent all it could. */
  async function backUp(count: number, answers: FakeAnswers) {
    let sent = 0;
    const both = await open({
      ...answers,
      *"event.stream"() {
        for (const event of catalogEvents(count)) {
          sent = event.sequence;
          yield event;
        }
      },
    });
    const events = both.client.stream("event.stream", { after: 0 })[Symbol.asyncIterator]();
    expect((await events.next()).value).toMatchObject({ sequence: 1 });
    let seen = -1;
    await waitFor(
      "the daemon to stand still",
      () => {
        const isStill = sent === seen;
        seen = sent;
        return isStill;
      },
      { everyMs: 150 },
    );
    return { both, events, sent };
  }

  test("a reader that does not read makes the daemon wait, and loses nothing when it reads on", async () => {
    const count = 20_000;
    const { both, events, sent } = await backUp(count, {});
    await using _ = both;
    expect(sent).toBeLessThan(count);
    let last = 1;
    for (let next = await events.next(); next.done !== true; next = await events.next()) {
      if (next.value.sequence === last + 1) last++;
    }
    expect(last).toBe(count);
  });

  test("a call is answered although a stream beside it is not read", async () => {
    const { both, events } = await backUp(20_000, { status: () => statusOf() });
    await using _ = both;
    expect(await both.client.call("status", {})).toEqual(statusOf());
    await events.return?.(undefined);
  });
});
