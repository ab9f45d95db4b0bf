// The checkers of `npm run check` see what they are there for: types, lint and format, each shown a bad file.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { useTempDirectory } from "../support/temp-dir.ts";

const repositoryRoot = fileURLToPath(new URL("../../", import.meta.url));

function runTool(tool: string, args: readonly string[], cwd: string): { readonly status: number | null; readonly output: string } {
  const ran = spawnSync(join(repositoryRoot, "node_modules/.bin", tool), args, { cwd, encoding: "utf8" });
  return { status: ran.status, output: `${ran.stdout}${ran.stderr}` };
}

/** One bad line or block per rule; the first member is the rule that must speak. */
const badCode: readonly (readonly [rule: string, code: string])[] = [
  ["no-floating-promises", "save();"],
  ["no-misused-promises", "[1].forEach(async () => save());"],
  ["await-thenable", "await 1;"],
  ["no-explicit-any", `export const anything: ${"any"} = 1;`],
  ["no-unsafe-member-access", "JSON.parse('1').x;"],
  ["no-unsafe-assignment", "export const parsed = JSON.parse('1');"],
  ["no-unsafe-call", "JSON.parse('1')();"],
  ["no-unsafe-argument", "Math.abs(JSON.parse('1'));"],
  ["eqeqeq", "export const same = (a: number) => a == 1;"],
  ["no-empty", "try { await save(); } catch {}"],
  ["no-console", "console.log(1);"],
  ["switch-exhaustiveness-check", "export function pick(k: 'a' | 'b') { switch (k) { case 'a': return 1; } return 2; }"],
  ["consistent-type-imports", "import { Stats } from 'node:fs'; export type S = Stats;"],
  ["no-default-export", "export default 1;"],
  ["only-throw-error", "export function fail() { throw 'text'; }"],
  ["no-non-null-assertion", "export const first = [1][0]!;"],
];

describe("the checkers", () => {
  const directory = useTempDirectory("checkers");

  it("lint reports each kind of fault, those that need types too", () => {
    const preamble = "// A bad file.\nasync function save(): Promise<void> { await Promise.resolve(); }\n";
    writeFileSync(join(directory(), "bad.ts"), preamble + badCode.map(([, code]) => `${code}\n`).join(""));
    writeFileSync(
      join(directory(), "tsconfig.json"),
      JSON.stringify({ extends: join(repositoryRoot, "tsconfig.base.json"), include: ["*.ts"] }),
    );
    const { status, output } = runTool(
      "oxlint",
      ["-c", join(repositoryRoot, ".oxlintrc.json"), "--type-aware", "--deny-warnings", "-f", "unix", "."],
      directory(),
    );
    expect(badCode.map(([rule]) => rule).filter((rule) => !output.includes(`(${rule})`))).toEqual([]);
    expect(status).not.toBe(0);
  });

  it("lint is silent on sound code", () => {
    writeFileSync(join(directory(), "good.ts"), "// A good file.\nawait Promise.resolve(1);\nexport const one: number = 1;\n");
    const { status, output } = runTool(
      "oxlint",
      ["-c", join(repositoryRoot, ".oxlintrc.json"), "--type-aware", "--deny-warnings", "."],
      directory(),
    );
    expect(output).toContain("0 errors");
    expect(status).toBe(0);
  });

  it("types: shared code that touches Node does not compile", () => {
    const project = { extends: join(repositoryRoot, "shared/tsconfig.json"), include: ["*.ts"] };
    writeFileSync(join(directory(), "tsconfig.json"), JSON.stringify(project));
    writeFileSync(
      join(directory(), "impure.ts"),
      "export const id: number = process.pid;\nexport const b = Buffer.alloc(1);\nsetTimeout(() => 1, 1);\n",
    );
    const { status, output } = runTool("tsc", ["-p", "."], directory());
    for (const name of ["process", "Buffer", "setTimeout"]) expect(output).toContain(`Cannot find name '${name}'`);
    expect(status).not.toBe(0);
  });

  it("format: an unformatted file is reported", () => {
    writeFileSync(join(directory(), "untidy.ts"), "const   a = 'x'\n");
    const { status, output } = runTool("prettier", ["--config", join(repositoryRoot, ".prettierrc.json"), "--check", "."], directory());
    expect(output).toContain("untidy.ts");
    expect(status).toBe(1);
  });
});
