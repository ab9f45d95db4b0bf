// The commands in README.md exist, with the flags that it gives them: documents that drift are worse than none.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Command } from "../../../tui/cli/command.ts";
import { allCommands } from "../../../tui/cli/commands.ts";
import { REGISTRY_DIR } from "../../../tui/cli/registry-commands.ts";

const README = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
const GLOBAL = ["--json", "--plain", "--socket", "--help", "-h"];

/** Commands of the indented examples: continued lines joined, quoted texts and what follows a `#` or `|` taken out. */
function examples(): readonly string[] {
  const joined = README.replace(/ \\\n/g, " ");
  return [...joined.matchAll(/^ {4}(?:sudo |source <\()?npx model-manager +(.*)$/gm)].map(([, rest = ""]) =>
    rest
      .replace(/'[^']*'|"[^"]*"/g, "TEXT")
      .replace(/\)? *[#|].*$|\)$/, "")
      .trim(),
  );
}

function commandOf(words: readonly string[]): Command | undefined {
  const plain = words.filter((word) => !word.startsWith("-"));
  const named = (text: string) => allCommands().find((command) => command.words === text);
  return named(plain.slice(0, 2).join(" ")) ?? named(plain[0] ?? "");
}

/** What is wrong with an example, or nothing. */
function faultOf(example: string): string | undefined {
  const words = example.split(/ +/);
  const command = commandOf(words);
  if (command === undefined) return `no such command: ${example}`;
  const known = [...(command.options ?? []), REGISTRY_DIR].flatMap(({ flags }) => flags.split(/,? /));
  const unknown = words
    .map((word) => word.split("=")[0] ?? "")
    .find((word) => /^--?[a-z]/.test(word) && ![...known, ...GLOBAL].includes(word));
  if (unknown !== undefined) return `${command.words} has no ${unknown}: ${example}`;
  const values = (command.options ?? []).filter(({ flags }) => flags.includes("<")).flatMap(({ flags }) => flags.split(/,? /));
  const positionals = words.filter((word, at) => !word.startsWith("-") && !values.includes(words[at - 1] ?? ""));
  const needed = command.words.split(" ").length + (command.arguments ?? []).filter(({ name }) => name.startsWith("<")).length;
  return positionals.length < needed ? `${command.words} needs more than: ${example}` : undefined;
}

describe("README.md", () => {
  test("has examples of every group of commands", () => {
    expect(examples().length).toBeGreaterThan(50);
  });

  test.each(examples())("model-manager %s", (example) => {
    expect(faultOf(example)).toBeUndefined();
  });

  test("what is not there is told", () => {
    expect(faultOf("gc --force")).toMatch(/no such command/);
    expect(faultOf("promote registry/risk_model v1 --force")).toMatch(/promote has no --force/);
    expect(faultOf("promote registry/risk_model --yes")).toMatch(/needs more/);
  });
});
