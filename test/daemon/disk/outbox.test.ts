// Reports reach the main thread in order and in small parcels, one at a time.

import { expect, test } from "vitest";
import { Outbox } from "../../../daemon/disk/outbox.ts";
import { GROUPS_PER_MESSAGE, type Parcel } from "../../../daemon/disk/observer-messages.ts";

function openOutbox() {
  const parcels: Parcel[] = [];
  return { parcels, outbox: new Outbox((parcel) => parcels.push(parcel)) };
}

const changed = (sourceId: number, count: number) => ({
  kind: "changed" as const,
  sourceId,
  groups: Array.from({ length: count }, (_, index) => ({ sourceId, groupKey: `g${index}`, files: [], settled: true })),
});

test("a burst becomes parcels of a bounded size, each sent when the one before was taken in", () => {
  const { parcels, outbox } = openOutbox();
  outbox.send(changed(1, 2.5 * GROUPS_PER_MESSAGE));
  outbox.send({ kind: "scanned", sourceId: 1, groups: 1, pending: 1 });
  expect(parcels).toHaveLength(1);
  while (parcels.at(-1)?.reports.at(-1)?.kind !== "scanned") outbox.taken();
  expect(parcels).toHaveLength(3);
  const sizes = parcels.map(({ reports }) =>
    reports.reduce((sum, report) => sum + (report.kind === "changed" ? report.groups.length : 0), 0),
  );
  expect(sizes).toEqual([GROUPS_PER_MESSAGE, GROUPS_PER_MESSAGE, GROUPS_PER_MESSAGE / 2]);
  outbox.taken();
  outbox.send({ kind: "reply", request: 7, counts: { groups: 0, changed: 0 } });
  expect(parcels).toHaveLength(4);
});

test("what is not sent yet of a removed source is taken back, its replies are not", () => {
  const { parcels, outbox } = openOutbox();
  outbox.send({ kind: "scanned", sourceId: 2, groups: 0, pending: 0 });
  outbox.send(changed(1, 300));
  outbox.send({ kind: "reply", request: 1, counts: { groups: 0, changed: 0 } });
  outbox.send({ kind: "scanned", sourceId: 2, groups: 9, pending: 0 });
  outbox.withdraw(1);
  outbox.taken();
  outbox.taken();
  expect(parcels.flatMap(({ reports }) => reports.map((report) => report.kind))).toEqual(["scanned", "reply", "scanned"]);
});
