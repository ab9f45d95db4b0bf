// The application over a store that is away: memory is served, changes wait their time, captures take the newest files, and nothing is half done.

import { afterEach, beforeEach, expect, test } from "vitest";
import type { CatalogChange, CatalogStore } from "../../../daemon/app/ports.ts";
import type { Output } from "../../../shared/contract/operations.ts";
import { useTempDirectory } from "../../support/temp-dir.ts";
import { waitFor } from "../../support/wait-for.ts";
import { openStage, readingOf, type Stage } from "./application-fixture.ts";

const temporary = useTempDirectory("store-away");
const AWAY = "the database is away; for a test";

/** A store that goes away and comes back as a test says. */
class PlayedStore {
  fault = "";
  /** What becomes of the next commit instead. */
  instead: ((change: CatalogChange, store: CatalogStore) => Promise<void>) | undefined;
  /** How long the last one that waited for it was ready to wait. */
  waitedMs = 0;
  readonly #listeners: (() => void)[] = [];
  #waiting = Promise.withResolvers<void>();

  wrap(store: CatalogStore): CatalogStore {
    const fault = (): string => this.fault;
    return {
      ...store,
      commit: (change) => {
        const { instead } = this;
        this.instead = undefined;
        return instead === undefined ? store.commit(change) : instead(change, store);
      },
      availability: {
        get fault() {
          return fault();
        },
        writable: (waitMs) => {
          this.waitedMs = waitMs;
          return this.fault === "" ? Promise.resolve() : this.#waiting.promise;
        },
        onChange: (listener) => void this.#listeners.push(listener),
      },
    };
  }

  set(fault: string): void {
    this.fault = fault;
    this.waitedMs = 0;
    if (fault === "") this.#waiting.resolve();
    else this.#waiting = Promise.withResolvers();
    for (const listener of this.#listeners) listener();
  }

  giveUp(kind: string): void {
    this.#waiting.reject(Object.assign(new Error("for a test"), { kind }));
    this.#waiting = Promise.withResolvers();
  }
}

let played: PlayedStore;
let stage: Stage;
beforeEach(async () => {
  played = new PlayedStore();
  stage = await openStage(temporary(), { wrapStore: (store) => played.wrap(store) });
  await stage.show("BTC_ret", { model_json: "a1" });
  await stage.show("BTC_ret", { model_json: "a2" });
});
afterEach(() => stage[Symbol.asyncDispose]());

const call = <T>(name: string, input: object): Promise<T> => stage.app.call(name, input, stage.context) as Promise<T>;
const status = () => call<Output<"status">>("status", {});
const live = async () => (await call<Output<"live.list">>("live.list", { target: "src/BTC_ret" })).items[0]?.version;
const activate = (version: string) => call<Output<"line.activate">>("line.activate", { line: "src/BTC_ret", version });
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail("it was done"),
    (error: unknown) => error,
  );
const databaseCheck = async () => (await call<Output<"doctor">>("doctor", {})).items.find((item) => item.name === "database");

test("status and doctor say that it is away and that it is back; no source is blamed, and what is live is told", async () => {
  expect(await databaseCheck()).toMatchObject({ state: "ok" });
  played.set(AWAY);
  expect(await status()).toMatchObject({ capture_stopped: `capture stopped: ${AWAY}`, sources_degraded: 0 });
  expect(stage.app.captureStopped).toContain(AWAY);
  expect(await databaseCheck()).toMatchObject({ state: "fail", detail: AWAY });
  expect(await live()).toBe("v2");
  played.set("");
  expect((await status()).capture_stopped).toBe("");
  expect(await databaseCheck()).toMatchObject({ state: "ok" });
});

test("a move waits for the return and is done then", async () => {
  played.set(AWAY);
  const move = activate("v1");
  await waitFor("the wait", () => played.waitedMs > 9_000);
  expect(await live()).toBe("v2");
  played.set("");
  expect(await move).toMatchObject({ version: "v1", changed: true });
  expect(await live()).toBe("v1");
});

test.each([
  ["away", /^the database of the catalog is away, and nothing was changed; try again/],
  ["read_only", /^another daemon has taken the database of the catalog, so this one changes nothing/],
])("a move whose wait ends with %s is unavailable, leaves nothing, and the next one works", async (kind, message) => {
  const { sequence } = await status();
  played.set(AWAY);
  const refused = refusalOf(activate("v1"));
  await waitFor("the wait", () => played.waitedMs > 9_000);
  played.giveUp(kind);
  expect(await refused).toMatchObject({ code: "unavailable", message: expect.stringMatching(message) });
  expect(await live()).toBe("v2");
  played.set("");
  expect((await status()).sequence).toBe(sequence);
  await activate("v1");
  expect(await live()).toBe("v1");
});

test("files that change meanwhile are taken once, as they are at the return", async () => {
  played.set(AWAY);
  const answered = stage.dealt.length;
  for (const model of ["a3", "a4", "a5"]) stage.showReading("BTC_ret", readingOf("BTC_ret", { model_json: model })).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(stage.dealt.slice(answered).filter(({ outcome }) => outcome === "done")).toEqual([]);
  played.set("");
  await waitFor("the newest", async () => (await live()) === "v3");
  const { items } = await call<Output<"line.versions">>("line.versions", { line: "src/BTC_ret" });
  expect(items.map((item) => item.version)).toEqual(["v3", "v2", "v1"]);
});

test.each([true, false])(
  "a commit of which nobody knows is told as open, and what became of it (done: %s) holds before the next",
  async (isDone) => {
    const settled = Promise.withResolvers<boolean>();
    played.instead = async (change, store) => {
      if (isDone) await store.commit(change);
      played.set(AWAY);
      throw Object.assign(new Error("cut off"), { kind: "in_doubt", settled: settled.promise });
    };
    const refused = await refusalOf(activate("v1"));
    expect(refused).toMatchObject({ code: "unavailable", message: expect.stringMatching(/the history shows whether it was done/) });
    expect(await live()).toBe("v2");
    const next = stage.show("ETH_ret", { model_json: "b1" });
    settled.resolve(isDone);
    played.set("");
    await next;
    expect(await live()).toBe(isDone ? "v1" : "v2");
    const { items } = await call<Output<"line.history">>("line.history", { line: "src/BTC_ret" });
    expect(items.filter((item) => item.action === "activated")).toHaveLength(isDone ? 1 : 0);
    await activate("v1");
    expect(await live()).toBe("v1");
  },
);
