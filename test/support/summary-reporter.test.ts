// The closing totals count everything that did not pass, and a skipped suite is listed with its reason.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

/** A project of one test file, inside the repository so that it finds vitest. */
const suite = `
import { describe, expect, it } from "vitest";
import { describeNeeding, requireProgram } from "${repositoryRoot}test/support/requirements.ts";
it("passes", () => undefined);
it("fails", () => expect(1).toBe(2));
describeNeeding(requireProgram("no-such-program", []), "a suite that needs much", () => {
  describe("deep inside", () => {
    it("one", () => undefined);
    it("two", () => undefined);
  });
});
`;

const config = `
import { createSummaryReporter } from "${repositoryRoot}test/support/summary-reporter.ts";
export default { test: { include: ["*.test.ts"], reporters: [createSummaryReporter()] } };
`;

describe("the summary of a run", () => {
  let folder = "";

  beforeEach(() => {
    mkdirSync(join(repositoryRoot, ".tmp"), { recursive: true });
    folder = mkdtempSync(join(repositoryRoot, ".tmp/summary-"));
    writeFileSync(join(folder, "vitest.config.ts"), config);
    writeFileSync(join(folder, "a.test.ts"), suite);
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const run = () => {
    const totalsFile = join(folder, "out/totals.json");
    const ran = spawnSync(process.execPath, [join(repositoryRoot, "node_modules/vitest/vitest.mjs"), "run"], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, MODEL_MANAGER_TEST_TOTALS: totalsFile },
    });
    const totals: unknown = JSON.parse(readFileSync(totalsFile, "utf8"));
    return { output: ran.stdout, totals, status: ran.status };
  };

  it("names the skipped suite once, with its reason and number of tests", () => {
    const title = "a.test.ts > a suite that needs much [needs no-such-program: no-such-program is not on PATH]";
    const { output, totals, status } = run();
    expect(output).toContain(`Skipped here:\n  ${title} (2 tests)\n`);
    expect(totals).toEqual({ passed: 1, failed: 1, skipped: 2, skippedTitles: [{ title, tests: 2 }] });
    expect(status).toBe(1);
  });

  it("counts a file that cannot be loaded, and an error outside of tests, as failures", () => {
    writeFileSync(join(folder, "a.test.ts"), 'import { it } from "vitest";\nit("passes", () => undefined);\nthrow new Error("at load");\n');
    writeFileSync(
      join(folder, "b.test.ts"),
      'import { it } from "vitest";\nit("passes", async () => {\n  setTimeout(() => { throw new Error("on its own"); }, 0);\n  await new Promise((r) => setTimeout(r, 50));\n});\n',
    );
    expect(run().totals).toMatchObject({ passed: 1, failed: 2, skipped: 0 });
  });

  it("counts tests that a failed hook kept from running as failures, and shows the note of a skipped one", () => {
    const hooked = 'describe("set up", () => {\n  beforeAll(() => { throw new Error("no"); });\n  it("one", () => undefined);\n});\n';
    const noted = 'it("other", (context) => { context.skip("root may write anywhere"); });\n';
    writeFileSync(join(folder, "a.test.ts"), `import { beforeAll, describe, it } from "vitest";\n${hooked}${noted}`);
    const title = "a.test.ts > other [root may write anywhere]";
    expect(run().totals).toEqual({ passed: 0, failed: 2, skipped: 1, skippedTitles: [{ title, tests: 1 }] });
  });
});
