// XGBoost itself, of whatever release Python has here, loads our documents and gives the margins of the models' own releases.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { convertModel } from "../../../../../daemon/artifacts/xgboost/render/convert.ts";
import { describeNeeding, pythonWithScience } from "../../../../support/requirements.ts";
import { xgboostArchives } from "../../../../support/xgboost-fixtures.ts";
import { fixtureCases } from "../../predict/fixture-models.ts";
import { writeRenderings, type RenderingToCheck } from "./write-renderings.ts";

const script = fileURLToPath(new URL("../../../../support/python/predict_renderings.py", import.meta.url));
const line = z.object({ writer: z.string(), kind: z.string(), format: z.string(), outcome: z.string(), notes: z.array(z.string()) });

/** One model in so many is rendered here; check_renderings.py of test/fixtures/make takes all of them, for all readers. */
const SHARE = 9;

const python = pythonWithScience();

describeNeeding(python, "XGBoost of this Python", () => {
  let folder = "";
  let reader = "";

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "model-manager-renderings-"));
    reader = run("-c", "import xgboost; print(xgboost.__version__)").trim();
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function run(...args: readonly string[]): string {
    return execFileSync(python.command, args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    });
  }

  /** What XGBoost made of the documents of a folder; the last line has counts. */
  function outcomes(): readonly z.infer<typeof line>[] {
    return run(script, folder)
      .split("\n")
      .filter((text) => text.startsWith("{") && !text.includes('"counts"'))
      .map((text) => line.parse(JSON.parse(text)));
  }

  it("gives the margins of models of all releases that are rendered for it", () => {
    const list = writeRenderings(folder, [reader], SHARE);
    const found = outcomes();
    const isRounded = (entry: z.infer<typeof line>): boolean =>
      entry.outcome === "rounded" && entry.notes.some((note) => note.includes("last bits"));
    expect(found.filter((entry) => entry.outcome !== "equal" && !isRounded(entry))).toEqual([]);
    expect(found).toHaveLength(list.length);
    expect(list.length).toBeGreaterThan(200);
  }, 120_000);

  it("loads what pickles of 1.5 and before are converted to, which newer releases refuse by themselves, and gives their margins", () => {
    const list = writeConversions(folder, reader);
    const found = outcomes();
    // Up to 1.2, and for dart up to 1.3, the intercept is added last.
    const isRounded = ({ outcome, writer, kind }: z.infer<typeof line>): boolean =>
      outcome === "rounded" && (/^(?:0|1\.[0-2])\./.test(writer) || (writer.startsWith("1.3.") && kind.includes("dart")));
    expect(found.filter((entry) => entry.outcome !== "equal" && !isRounded(entry))).toEqual([]);
    expect(found).toHaveLength(list.length);
    expect(list.length).toBeGreaterThan(100);
  }, 120_000);
});

/** Converts the pickled boosters of 0.72 to 1.5 for nobody in particular: every other kind, the others of the next release, to JSON and UBJSON in turn. */
function writeConversions(folder: string, reader: string): readonly RenderingToCheck[] {
  mkdirSync(join(folder, reader), { recursive: true });
  const list = xgboostArchives
    .filter((archive) => /^(?:0|1\.[0-5])\./.test(archive))
    .flatMap((archive, turn) =>
      fixtureCases(archive).flatMap((entry, number): readonly RenderingToCheck[] => {
        if ((number + turn) % 2 !== 0) return [];
        const file = entry.files.find((name) => name.startsWith("booster.p"));
        const [rows, margins] = [entry.array("X.npy"), entry.array("margin.npy")];
        if (file === undefined || rows === undefined || margins === undefined) return [];
        const format = number % 4 < 2 ? "json" : "ubj";
        const converted = convertModel(entry.read(file), { format });
        if (!converted.ok) throw new Error(`${archive}/${entry.kind}: ${converted.reason}`);
        const name = `converted-${archive}-${entry.kind}`;
        const paths = { document: `${name}.${format}`, rows: `${name}.rows`, margins: `${name}.margins` };
        writeFileSync(join(folder, paths.document), converted.document);
        writeFileSync(join(folder, paths.rows), rows.values);
        writeFileSync(join(folder, paths.margins), margins.values);
        return [{ reader, writer: archive, kind: entry.kind, format, ...paths, features: rows.shape[1] ?? 0, notes: converted.notes }];
      }),
    );
  writeFileSync(join(folder, "renderings.json"), JSON.stringify(list));
  return list;
}
