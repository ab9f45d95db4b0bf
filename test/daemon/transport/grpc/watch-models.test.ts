// WatchModels over a real connection: what is sent, how fast, and what is left when a watcher goes.

import { describe, expect, test } from "vitest";
import { AppError } from "../../../../shared/contract/errors.ts";
import type { LiveChange, RequestContext } from "../../../../daemon/app/doors.ts";
import { waitFor } from "../../../support/wait-for.ts";
import { found, largeDocument, payloadOf } from "./answers.ts";
import { useDoor } from "./door.ts";
import { change } from "./fake-application.ts";
import { collect, type Decoded, statusOf } from "./wire-client.ts";

const openDoor = useDoor();

/** Waits until the signal aborts, as the application's streams do. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** A watch that yields these changes and then waits. */
function yielding(changes: readonly LiveChange[]) {
  return async function* (_input: unknown, { signal }: RequestContext) {
    yield* changes;
    await aborted(signal);
  };
}

async function take(messages: AsyncIterable<Decoded>, count: number): Promise<Decoded[]> {
  const taken: Decoded[] = [];
  for await (const message of messages) {
    taken.push(message);
    if (taken.length === count) return taken;
  }
  return taken;
}

describe("what a watcher gets", () => {
  test("every change with every field, in order, 64-bit sequences with all digits", async () => {
    const { application, client } = await openDoor();
    const sequence = Number.MAX_SAFE_INTEGER;
    application.onWatch = yielding([
      change({ kind: "snapshot_begin", sequence: 5, reason: "sequence 99 is in the future" }),
      change({
        kind: "live",
        sequence: 3,
        source: "alpha",
        symbol: "A\ud800",
        group_key: "A_r",
        version: "v2",
        previous_version: "v1",
        sha256: "ab",
        reason: "captured",
      }),
      change({ kind: "degraded", sequence: 4, source: "alpha", reason: "truncated" }),
      change({ kind: "snapshot_end", sequence: 5 }),
      change({ kind: "recovered", sequence: 6 }),
      change({ kind: "withdrawn", sequence: 7 }),
      change({ kind: "heartbeat", sequence }),
    ]);
    const stream = client.stream("WatchModels", {});
    const occurred_at = "2026-01-05T09:30:00.123456Z";
    expect(await take(stream.messages, 7)).toEqual([
      { sequence: "5", kind: "KIND_SNAPSHOT_BEGIN", reason: "sequence 99 is in the future", occurred_at },
      {
        sequence: "3",
        kind: "KIND_LIVE",
        model_name: "alpha",
        symbol: "A\ufffd",
        group_key: "A_r",
        version: "v2",
        previous_version: "v1",
        sha256: "ab",
        reason: "captured",
        occurred_at,
      },
      { sequence: "4", kind: "KIND_DEGRADED", model_name: "alpha", reason: "truncated", occurred_at },
      { sequence: "5", kind: "KIND_SNAPSHOT_END", occurred_at },
      { sequence: "6", kind: "KIND_RECOVERED", occurred_at },
      { sequence: "7", kind: "KIND_WITHDRAWN", occurred_at },
      { sequence: String(sequence), kind: "KIND_HEARTBEAT", occurred_at },
    ]);
  });

  test("the request reaches the application; a resume point beyond 2^53 keeps its digits", async () => {
    const { application, client } = await openDoor();
    const asked: unknown[] = [];
    application.onWatch = (input, context) => {
      asked.push(input);
      return yielding([change({ kind: "heartbeat", sequence: 1 })])(input, context);
    };
    const request = { symbols: ["a", "b"], include_payload: true, xgboost_version: "1.7.6", client_id: "me" };
    await take(client.stream("WatchModels", { model_name: "alpha", after_sequence: "18446744073709551615", ...request }).messages, 1);
    await take(client.stream("WatchModels", { after_sequence: 12 }).messages, 1);
    expect(asked).toEqual([
      { source: "alpha", after_sequence: 18446744073709551615n, ...request },
      { source: "", symbols: [], after_sequence: 12, include_payload: false, xgboost_version: "", client_id: "" },
    ]);
  });

  test("the model with a change, when the application has one", async () => {
    const { application, client } = await openDoor();
    const document = largeDocument(300_000);
    const answer = found(document);
    if (answer.outcome !== "found") throw new Error("found");
    application.onWatch = yielding([change({ kind: "live", sequence: 1, payload: answer.payload }), change({ kind: "live", sequence: 2 })]);
    const [first, second] = await take(client.stream("WatchModels", { include_payload: true }).messages, 2);
    expect(first?.["payload"]).toMatchObject({ metadata: { version: "v3", activation: "42" }, model_json: document.toString("utf8") });
    expect(second).not.toHaveProperty("payload");
  });

  test("the change without its model when the bytes cannot be had, and the stream goes on", async () => {
    const { application, client, log } = await openDoor();
    const payload = () => Promise.reject(new Error("object is missing"));
    application.onWatch = yielding([
      change({ kind: "live", sequence: 1, version: "v2", payload }),
      change({ kind: "heartbeat", sequence: 2 }),
    ]);
    const [first, second] = await take(client.stream("WatchModels", { include_payload: true }).messages, 2);
    expect(first).toMatchObject({ kind: "KIND_LIVE", version: "v2" });
    expect(first).not.toHaveProperty("payload");
    expect(second).toMatchObject({ kind: "KIND_HEARTBEAT" });
    expect(log.filter((line) => line.level === "warn")).toHaveLength(1);
  });

  test("headers at once, although nothing has happened yet", async () => {
    const { application, client } = await openDoor();
    application.onWatch = yielding([]);
    const stream = client.stream("WatchModels", {});
    await stream.headers;
    stream.cancel();
  });

  test("a refusal as a status", async () => {
    const { application, client } = await openDoor();
    // oxlint-disable-next-line require-yield
    application.onWatch = async function* () {
      throw new AppError("not_found", 'no source "x"');
    };
    expect(await statusOf(collect(client.stream("WatchModels", { model_name: "x" })))).toEqual({ code: 5, details: 'no source "x"' });
  });

  test("UNAVAILABLE when the application ends the stream by itself: a watch never runs out", async () => {
    const { application, client } = await openDoor();
    application.onWatch = async function* () {
      yield change({ kind: "heartbeat", sequence: 1 });
    };
    expect(await statusOf(collect(client.stream("WatchModels", {})))).toMatchObject({ code: 14 });
  });
});

describe("a slow watcher", () => {
  /** Yields large changes as fast as they are taken and counts them. */
  function counting(total: number) {
    const state = { taken: 0 };
    const payload = payloadOf(200_000);
    return {
      state,
      async *watch(_input: unknown, { signal }: RequestContext) {
        while (state.taken < total && !signal.aborted) {
          yield change({ kind: "live", sequence: ++state.taken, payload: async () => payload });
        }
        await aborted(signal);
      },
    };
  }

  /** Waits until the application is asked for nothing more. */
  async function standstill(state: { readonly taken: number }): Promise<void> {
    let before = -1;
    const unchanged = () => {
      const still = state.taken === before;
      before = state.taken;
      return still && state.taken > 0;
    };
    await waitFor("the sender to stand still", unchanged, { everyMs: 200 });
  }

  test("stops the application's stream until it reads on, then misses nothing and keeps the order", async () => {
    const { application, client } = await openDoor();
    const { state, watch } = counting(200);
    application.onWatch = watch;
    const reader = client.stream("WatchModels", { include_payload: true }).messages[Symbol.asyncIterator]();
    const sequences: number[] = [];
    const readOne = async () => {
      const next: IteratorResult<Decoded, unknown> = await reader.next();
      if (next.done === true) throw new Error("the stream ended");
      sequences.push(Number(next.value["sequence"]));
    };
    await readOne();
    await standstill(state);
    // 40 MB were offered; what fits the buffers of sender, network and client is a fraction.
    expect(state.taken).toBeLessThan(100);
    while (sequences.length < 200) await readOne();
    expect(sequences).toEqual(Array.from({ length: 200 }, (_none, index) => index + 1));
    await reader.return?.();
  });

  test("does not slow a fast one", async () => {
    const { application, client, connect } = await openDoor();
    const slow = counting(1000);
    const fast = counting(300);
    application.onWatch = (input, context) => (input.client_id === "slow" ? slow.watch(input, context) : fast.watch(input, context));
    const stalled = connect().stream("WatchModels", { client_id: "slow" }).messages[Symbol.asyncIterator]();
    await stalled.next();
    await standstill(slow.state);
    expect(await take(client.stream("WatchModels", { client_id: "fast" }).messages, 300)).toHaveLength(300);
    expect(slow.state.taken).toBeLessThan(100);
    await stalled.return?.();
  });
});

describe("a watcher that goes", () => {
  test("ends the application's stream and leaves nothing behind", async () => {
    const { application, client, server } = await openDoor();
    let ended = 0;
    const signals: AbortSignal[] = [];
    application.onWatch = async function* (_input, { signal }) {
      signals.push(signal);
      try {
        yield change({ kind: "heartbeat", sequence: 1 });
        await aborted(signal);
      } finally {
        ended++;
      }
    };
    const streams = Array.from({ length: 20 }, (_none, index) => client.stream("WatchModels", { client_id: `c${index}` }));
    for (const stream of streams) await take(stream.messages, 1);
    for (const stream of streams) stream.cancel();
    await waitFor("all streams to end", () => ended === 20 && server.openStreams === 0);
    expect(signals.every((signal) => signal.aborted)).toBe(true);
    expect(application.seen).toHaveLength(20);
    expect(application.seen.every((one) => one.watching && one.left)).toBe(true);
  });

  test("is let go while it was not reading", async () => {
    const { application, client, server } = await openDoor();
    const payload = payloadOf(1_000_000);
    application.onWatch = async function* (_input, { signal }) {
      for (let sequence = 1; !signal.aborted; sequence++) yield change({ kind: "live", sequence, payload: async () => payload });
    };
    const stream = client.stream("WatchModels", {});
    stream.pause();
    await stream.headers;
    await waitFor("the stream to be open", () => server.openStreams === 1);
    stream.cancel();
    await waitFor("the stream to end", () => server.openStreams === 0);
    expect(application.seen).toMatchObject([{ left: true }]);
  });
});
