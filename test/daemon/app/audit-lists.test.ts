// Lists and ranks across lines: right, in order, page by page, and the same on both engines.

import { expect, it } from "vitest";
import type { Input, Output } from "../../../shared/contract/operations.ts";
import { createRandom } from "../../support/soak.ts";
import { describeOnEachEngine } from "../storage/engines.ts";
import { AUDIT_CONTEXT as context, playHistory, type PlayedHistory } from "./played-history.ts";

const LINE = "strategy/momentum_v1";

async function allVersions(history: PlayedHistory, input: Omit<Input<"version.list">, "after">) {
  const items: Output<"version.list">["items"] = [];
  let after: string | undefined;
  for (;;) {
    const page = await history.audit["version.list"]({ ...input, after }, context);
    items.push(...page.items);
    if (page.next === null) return { items, total: page.total };
    after = page.next;
  }
}

describeOnEachEngine("versions of several lines", (engine) => {
  it("are listed newest first, by line, namespace, status and testing, each once", async () => {
    await using store = await engine.openQuick();
    const random = createRandom(21);
    const history = await playHistory(store, random, 9);
    for (let step = 0; step < 60; step++) await history.step();
    const tested = await history.register(LINE, "v20260105");
    await history.committer.change((draft) => {
      const paper = {
        lineId: tested.lineId,
        versionId: tested.id,
        startedAt: 1n,
        startedBy: "a",
        stoppedAt: null,
        stoppedBy: "",
        evidence: "",
      };
      draft.registry.openPaper(paper);
    });
    const everything = await store.versionsById(Array.from({ length: history.catalog.lastVersionId }, (_, index) => index + 1));
    const lines = [...history.catalog.lines.values()].map(({ record }) => ({ id: record.id, name: `${record.namespace}/${record.name}` }));
    const nameOf = new Map(lines.map(({ id, name }) => [id, name]));
    for (const target of [undefined, "alpha", "registry", "strategy", LINE, lines[0]?.name]) {
      for (const status of [undefined, "staged", "production", "archived", "failed"] as const) {
        for (const limit of [1, 3, 1000]) {
          const wanted = everything
            .filter((version) => status === undefined || version.status === status)
            .map((version) => ({ ...version, line: nameOf.get(version.lineId) ?? "" }))
            .filter(({ line }) => target === undefined || line === target || line.startsWith(`${target}/`))
            .sort((a, b) => b.id - a.id)
            .map(({ line, label }) => `${line} ${label}`);
          if (wanted.length > 8 * limit) continue;
          const { items, total } = await allVersions(history, { target, status, testing: false, limit });
          expect(items.map(({ line, version }) => `${line} ${version}`)).toEqual(wanted);
          expect(total).toBe(wanted.length);
        }
      }
    }
    const testing = await allVersions(history, { testing: true, limit: 10 });
    expect(testing.items).toMatchObject([
      { line: LINE, version: "v20260105", status: "staged", paper: { started_by: "a", stopped_at: null } },
    ]);
    expect(testing.total).toBe(1);
    expect(await allVersions(history, { testing: true, status: "failed", limit: 10 })).toEqual({ items: [], total: 0 });
  });

  it("are ranked by a metric, ties by newest, those without it last", async () => {
    await using store = await engine.openQuick();
    const history = await playHistory(store, () => 0, 1);
    const metrics = { "v1.0.0": 1.5, "v1.1.0": null, "v1.2.0": -2, "v1.3.0": 1.5, "v1.4.0": 3e-300, "v1.5.0": null, "v1.6.0": 1.5 };
    for (const [label, sharpe] of Object.entries(metrics))
      await history.register(LINE, label, {}, { metrics: sharpe === null ? { ic: 0.01 } : { ic: 0.02, sharpe } });
    const rank = async (order: "asc" | "desc", limit: number) => {
      const { items, total } = await history.audit["version.rank"]({ line: LINE, by: "sharpe", order, limit }, context);
      expect(total).toBe(7);
      expect(items.map((item) => item.rank)).toEqual(items.map((_, index) => index + 1));
      return items.map(({ version, value }) => `${version} ${value}`);
    };
    const last = ["v1.5.0 null", "v1.1.0 null"];
    const down = ["v1.6.0 1.5", "v1.3.0 1.5", "v1.0.0 1.5", "v1.4.0 3e-300", "v1.2.0 -2", ...last];
    const up = ["v1.2.0 -2", "v1.4.0 3e-300", "v1.6.0 1.5", "v1.3.0 1.5", "v1.0.0 1.5", ...last];
    for (let limit = 1; limit <= 8; limit++) {
      expect(await rank("desc", limit)).toEqual(down.slice(0, limit));
      expect(await rank("asc", limit)).toEqual(up.slice(0, limit));
    }
    const { items } = await history.audit["version.rank"]({ line: LINE, by: "sharpe", order: "desc", limit: 1 }, context);
    expect(items[0]).toMatchObject({ metrics: { ic: 0.02, sharpe: 1.5 }, status: "staged", activated_at: null, deactivated_at: null });
    await expect(history.audit["version.rank"]({ line: LINE, by: "sharp", order: "desc", limit: 1 }, context)).rejects.toMatchObject({
      code: "not_found",
      message: `no version of ${LINE} has a metric "sharp"; there are: ic, sharpe`,
    });
  });

  it("lines are listed by name with what they have, counted as versions move", async () => {
    await using store = await engine.openQuick();
    const random = createRandom(22);
    const history = await playHistory(store, random, 9);
    for (let step = 0; step < 40; step++) await history.step();
    // What was counted while versions moved is what is counted when the catalog is opened again.
    const reopened = await playHistory(store, random, 9);
    for (const { audit, catalog } of [history, reopened]) {
      const { items, total } = await audit["line.list"]({ text: "", limit: 1000 }, context);
      expect(items.map(({ line }) => line)).toEqual([...items.map(({ line }) => line)].sort());
      expect(total).toBe(catalog.lines.size);
      for (const item of items) {
        const id = catalog.line(item.namespace, item.name)?.record.id ?? 0;
        const versions = await store.versionsOf(id, 1000);
        const live = versions.find(({ status }) => status === "production");
        expect(item).toMatchObject({
          version: live?.label ?? "",
          versions: versions.length,
          staged: versions.filter(({ status }) => status === "staged").length,
          newest: versions[0]?.label,
        });
        expect(item.live_since === null).toBe(live === undefined);
      }
      const paged: string[] = [];
      for (let after: string | undefined, more = true; more;) {
        const page = await audit["line.list"]({ text: "", limit: 2, after }, context);
        paged.push(...page.items.map(({ line }) => line));
        more = page.next !== null;
        after = page.next ?? undefined;
      }
      expect(paged).toEqual(items.map(({ line }) => line));
      const [some] = items;
      expect(await audit["line.list"]({ text: some?.name.toUpperCase() ?? "", limit: 10 }, context)).toMatchObject({
        total: 1,
        items: [some],
      });
      const inOne = await audit["line.list"]({ namespace: some?.namespace, text: "", limit: 1000 }, context);
      expect(inOne.items).toEqual(items.filter(({ namespace }) => namespace === some?.namespace));
    }
  });
});
