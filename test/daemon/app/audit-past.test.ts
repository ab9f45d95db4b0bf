// What was live at any time is what the test's own log says, moves at that very time included, on both engines.

import { expect, it } from "vitest";
import { createRandom } from "../../support/soak.ts";
import { describeOnEachEngine } from "../storage/engines.ts";
import { askAndTell, diffAndTell } from "./past-questions.ts";
import { AUDIT_CONTEXT as context, playHistory } from "./played-history.ts";

describeOnEachEngine("the past", (engine) => {
  it("is answered for any time as the log has it", async () => {
    await using store = await engine.openQuick();
    const random = createRandom(7);
    const history = await playHistory(store, random, 12);
    // Each question to a server takes its time; the same answers come from the same rows.
    const share = engine.name === "sqlite" ? 1 : 0.25;
    for (let step = 0; step < 150 * share; step++) await history.step();
    for (let question = 0; question < 200 * share; question++) {
      const answer = await askAndTell(history, random);
      expect(answer.said).toEqual(answer.true);
    }
    for (let question = 0; question < 30 * share; question++) {
      const answer = await diffAndTell(history, random);
      expect(answer.said).toEqual(answer.true);
    }
    expect(await history.audit["history.verify"]({}, context)).toMatchObject({ valid: true, broken_at: null });
  });
});
