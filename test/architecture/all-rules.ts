// The rules of the house, in the order in which a reader wants to hear of them.

import * as form from "./rules/form.ts";
import * as imports from "./rules/imports.ts";
import * as repository from "./rules/repository.ts";
import type { Rule } from "./source-tree.ts";

/** Every rule; `architecture.test.ts` holds the repository to each, `rules-can-fail.test.ts` shows each failing. */
export const allRules: readonly Rule[] = [
  imports.importsFollowTheTable,
  imports.ioLibrariesHaveOneImporter,
  form.filesAreShort,
  form.functionsAreShort,
  form.filesOpenWithASentence,
  form.exportsAreDocumented,
  form.namesSaySomething,
  form.noForbiddenConstructs,
  form.noForbiddenWords,
  repository.noMachinePaths,
  repository.lockfileNamesNoHost,
  repository.fixturesStaySmall,
  repository.topLevelIsFixed,
  repository.launchersAreTheSame,
  repository.everyRoomHasAReadme,
  repository.variablesAreDocumented,
];
