// What was live at ten thousand random times, exact instants of moves included, against a log that the test keeps; and the chain after it all.

import { expect, test } from "vitest";
import { AUDIT_CONTEXT, playHistory } from "../daemon/app/played-history.ts";
import { askAndTell, diffAndTell } from "../daemon/app/past-questions.ts";
import { openQuickStore } from "../daemon/storage/open-test-store.ts";
import { createRandom, soakCount, soakSeed } from "../support/soak.ts";
import { useTempDirectory } from "../support/temp-dir.ts";

const QUESTIONS = soakCount(10_000);
const STEPS = soakCount(5_000);
const LINES = 60;
/** Two times each. */
const DIFFERENCES = soakCount(500);

const directory = useTempDirectory("live-at");

test(`${QUESTIONS} times of ${STEPS} transactions on ${LINES} lines are answered as the log has it`, async () => {
  const random = createRandom(soakSeed());
  await using store = await openQuickStore(directory());
  const history = await playHistory(store, random, LINES);
  for (let step = 0; step < STEPS; step++) await history.step();
  for (let question = 0; question < QUESTIONS; question++) {
    const answer = await askAndTell(history, random);
    expect(answer.said, `question ${question}, seed ${soakSeed()}`).toEqual(answer.true);
  }
  for (let question = 0; question < DIFFERENCES; question++) {
    const answer = await diffAndTell(history, random);
    expect(answer.said, `difference ${question}, seed ${soakSeed()}`).toEqual(answer.true);
  }
  const moves = [...history.live.values()].flat().length;
  expect(await history.audit["history.verify"]({}, AUDIT_CONTEXT)).toMatchObject({ valid: true, broken_at: null });
  expect(moves).toBeGreaterThan(STEPS / 4);
});
