// What completion offers in each place of a command line, and how bash gets it.

import { describe, expect, test } from "vitest";
import { allCommands } from "../../../tui/cli/commands.ts";
import { bashWord, splitBashLine } from "../../../tui/cli/bash-words.ts";
import { ARGUMENT_KINDS, complete } from "../../../tui/cli/complete.ts";
import type { NameSource } from "../../../tui/cli/complete-names.ts";

const groups = ["ADABTC_ret_60", "ETHBTC_ret_240", "ETHBTC_ret_60"];
const from = (names: readonly string[], prefix: string) => Promise.resolve(names.filter((name) => name.startsWith(prefix)));
const versions: Readonly<Record<string, readonly string[]>> = { "alpha/ETHBTC_ret_60": ["v2", "v1"], "registry/risk_model": ["v1.1.0"] };
const names: NameSource = {
  sources: (prefix) => from(["alpha", "beta"], prefix),
  groups: (source, prefix) => from(source === "alpha" ? groups : [], prefix),
  symbols: (source, prefix) => from(source === "alpha" ? ["ADABTC", "ETHBTC"] : [], prefix),
  versions: (line, prefix) => from(versions[line] ?? [], prefix),
  lines: (namespace, prefix) => from(namespace === "strategy" ? ["momentum_v1"] : ["risk_model"], prefix),
  metrics: (line, prefix) => from(line === "strategy/momentum_v1" ? ["ic", "sharpe"] : [], prefix),
  datasets: (prefix) => from(["compustat", "crsp"], prefix),
};

describe("the table of places", () => {
  test("knows every argument of every command", () => {
    const used = allCommands().flatMap((command) => (command.arguments ?? []).map(({ name }) => name.replace(/[<>[\]]/g, "")));
    expect(Object.keys(ARGUMENT_KINDS)).toEqual(expect.arrayContaining([...new Set(used)]));
  });
});

describe("completing", () => {
  test.each<readonly [string, string, readonly string[]]>([
    ["st", "words", ["status"]],
    ["source ", "words", ["add", "list", "remove"]],
    ["source re", "words", ["remove"]],
    ["service ", "words", ["install", "uninstall", "status"]],
    ["completion ", "words", ["bash", "zsh", "fish"]],
    ["show ", "open", ["alpha/", "beta/", "registry/", "strategy/"]],
    ["show al", "open", ["alpha/"]],
    ["show alpha/E", "words", ["alpha/ETHBTC_ret_240", "alpha/ETHBTC_ret_60"]],
    ["--json show alpha/A", "words", ["alpha/ADABTC_ret_60"]],
    ["--socket /x show alpha/A", "words", ["alpha/ADABTC_ret_60"]],
    ["live al", "words", ["alpha", "alpha/"]],
    ["source remove b", "words", ["beta"]],
    ["activate alpha/ETHBTC_ret_60 ", "words", ["v2", "v1"]],
    ["activate alpha/ETHBTC_ret_60 v1 ", "words", []],
    ["show alpha/ETHBTC_ret_60 --version ", "words", []],
    ["get alpha ", "words", ["ADABTC", "ETHBTC"]],
    ["get alpha ETHBTC --group-key E", "words", ["ETHBTC_ret_240", "ETHBTC_ret_60"]],
    ["get --model-name alpha --symbol ", "words", ["ADABTC", "ETHBTC"]],
    ["get alpha ETHBTC --group-key ETHBTC_ret_60 --version ", "words", ["v2", "v1"]],
    ["predict alpha ETHBTC --rows x --group-key ETHBTC_ret_60 --version=v1", "words", ["--version=v1"]],
    ["predict alpha ", "words", ["ADABTC", "ETHBTC"]],
    ["predict --file ", "files", []],
    ["predict alpha ETHBTC --rows ", "files", []],
    ["predict alpha ETHBTC --co", "words", ["--contribs"]],
    ["convert ", "files", []],
    ["convert m.pkl --format ", "words", ["json", "ubj"]],
    ["convert m.pkl -o ", "files", []],
    ["model al", "open", ["alpha/"]],
    ["verify al", "words", ["alpha"]],
    ["verify ./al", "files", []],
    ["source add /m --policy ", "words", ["follow", "gated"]],
    ["source add /m --policy=g", "words", ["--policy=gated"]],
    ["source add /m --po", "words", ["--policy"]],
    ["source add ", "folders", []],
    ["inspect ", "files", []],
    ["get alpha X -o ", "files", []],
    ["events --after ", "words", []],
    ["logs --f", "words", ["--follow"]],
    ["nonsense ", "words", []],
    ["promote registry/r", "words", ["registry/risk_model"]],
    ["promote registry/risk_model ", "words", ["v1.1.0"]],
    ["promote strategy/", "words", ["strategy/momentum_v1"]],
    ["promote registry/risk_model v1.1.0 --sk", "words", ["--skip-gates"]],
    ["rollback registry/risk_model --to ", "words", ["v1.1.0"]],
    ["register registry/f", "words", ["registry/factor_definitions", "registry/feature_transforms"]],
    ["register registry/risk_model m.pkl --version ", "words", []],
    ["paper ", "words", ["start", "stop"]],
    ["rank strategy/momentum_v1 --by s", "words", ["sharpe"]],
    ["compare registry/risk_model v1.1.0 ", "words", ["v1.1.0"]],
    ["compare registry/risk_model v1.1.0 v1.1.0 --with alpha/A", "words", ["alpha/ADABTC_ret_60"]],
    ["policy set strat", "words", ["strategy", "strategy/"]],
    ["policy set strategy ", "files", []],
    ["dataset set c", "words", ["compustat", "crsp"]],
    ["compat check registry/risk_model ", "words", ["v1.1.0"]],
    ["history v", "words", ["verify"]],
    ["history registry/r", "words", ["registry/risk_model"]],
    ["lines re", "words", ["registry"]],
    ["registry ", "words", ["register", "promote", "rollback", "list", "validate"]],
    ["registry promote ri", "words", ["risk_model"]],
    ["registry promote risk_model ", "words", ["v1.1.0"]],
    ["registry validate strategy/m", "words", ["strategy/momentum_v1"]],
    ["registry list --status ", "words", ["staged", "production", "archived", "failed"]],
  ])("%s", async (line, mode, words) => {
    const result = await complete(line.split(" "), names);
    expect(result).toEqual({ mode, words: line === "show alpha/ETHBTC_ret_60 --version " ? ["v2", "v1"] : words });
  });
});

test("files are completed without a daemon where a source or a file may stand", async () => {
  const gone = { ...names, sources: () => Promise.reject(new Error("no daemon")) };
  expect(await complete(["verify", "al"], gone)).toEqual({ mode: "files", words: [] });
});

describe("a bash line", () => {
  test.each<readonly [string, readonly string[], string]>([
    ["model-manager show al", ["model-manager", "show", "al"], "al"],
    ["model-manager show ", ["model-manager", "show", ""], ""],
    [`a "b c" 'd e`, ["a", "b c", "d e"], "'d e"],
    ["a b\\ c", ["a", "b c"], "b\\ c"],
    [`a "x\\"y\\z"`, ["a", `x"y\\z`], `"x\\"y\\z"`],
  ])("%s", (line, words, last) => {
    expect(splitBashLine(line)).toEqual({ words, last });
  });

  test.each<readonly [string, string, string]>([
    ["alpha/BTC USDT", "alpha/B", "alpha/BTC\\ USDT"],
    ["alpha/BTC:USDT_ret", "alpha/BTC:U", "USDT_ret"],
    ["--policy=gated", "--policy=g", "gated"],
    ["alpha/x$(id)", "alpha/x", "alpha/x\\$\\(id\\)"],
    ["alpha/a b", `"alpha/a`, "alpha/a b"],
  ])("%s, typed as %s, is put there as %s", (candidate, typed, word) => {
    expect(bashWord(candidate, typed, ` \t\n"'@><=;|&(:`)).toBe(word);
  });
});
