// The table of commands against the table of operations.

import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../../shared/contract/operations.ts";
import { allCommands, COMMANDS } from "../../../tui/cli/commands.ts";
import { runCommand } from "../../support/cli-host.ts";

describe("the table of commands", () => {
  test("every operation has a command whose help is the operation's own, or says why it has none", async () => {
    const { code, stdout } = await runCommand("", ["--help"]);
    expect(code).toBe(0);
    const groups = new Set(allCommands().flatMap(({ words }) => (words.includes(" ") ? [words.split(" ")[0] ?? ""] : [])));
    const helps = [stdout];
    for (const group of groups) helps.push((await runCommand("", [group, "--help"])).stdout);
    const flat = helps.join(" ").replace(/\s+/g, " ");
    for (const [operation, command] of Object.entries(COMMANDS)) {
      if ("notACommand" in command) expect(command.notACommand).not.toBe("");
      else expect(flat).toContain(`${OPERATIONS[operation as keyof typeof COMMANDS].summary}`);
    }
  });

  test("fields named by arguments and options exist in the operation's input", () => {
    for (const [operation, command] of Object.entries(COMMANDS)) {
      if ("notACommand" in command) continue;
      const fields = [...(command.arguments ?? []), ...(command.options ?? [])].flatMap(({ field }) => field ?? []);
      expect(Object.keys(OPERATIONS[operation as keyof typeof COMMANDS].input.shape)).toEqual(expect.arrayContaining(fields));
    }
  });
});
