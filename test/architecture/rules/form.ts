// Rules on the form of a file: sizes, opening sentence, doc comments, names, words.

import { codeFiles, productFiles, type Rule } from "../source-tree.ts";

const maxFileLines = 300;
const maxBodyLines = 60;

/** A file is read in one sitting. */
export const filesAreShort: Rule = {
  name: `a file has at most ${maxFileLines} lines`,
  check: (tree) =>
    codeFiles(tree).flatMap((file) => {
      const lines = tree.text(file).replace(/\n$/, "").split("\n").length;
      return lines > maxFileLines ? [{ file, message: `has ${lines} lines, ${maxFileLines} are allowed` }] : [];
    }),
};

/** A function fits a screen. Callbacks of suites and tests are exempt: they tell a story from top to bottom. */
export const functionsAreShort: Rule = {
  name: `a function body has at most ${maxBodyLines} lines`,
  check: (tree) =>
    codeFiles(tree).flatMap((file) =>
      tree
        .facts(file)
        .functions.filter(({ bodyLines, isTestBody }) => bodyLines > maxBodyLines && !isTestBody)
        .map(({ name, line, bodyLines }) => ({ file, line, message: `${name} has ${bodyLines} lines, ${maxBodyLines} are allowed` })),
    ),
};

/** The first line (after `#!`) says what the file is for. */
export const filesOpenWithASentence: Rule = {
  name: "a file opens with a comment that says what it is for",
  check: (tree) =>
    codeFiles(tree).flatMap((file) => {
      const first = tree.text(file).replace(/^#!.*\n/, "");
      const isSentence = /^(?:\/\/|\/\*\*?)\s*\S+\s+\S+\s+\S+/.test(first) && !/^\/\/\/|^\/\/ *(?:oxlint|eslint|prettier)/.test(first);
      return isSentence ? [] : [{ file, line: 1, message: "must open with a sentence in a comment" }];
    }),
};

/** Exported functions and classes of the product carry a doc comment. */
export const exportsAreDocumented: Rule = {
  name: "an exported function has a doc comment",
  check: (tree) =>
    productFiles(tree)
      .filter((file) => !file.endsWith(".d.ts"))
      .flatMap((file) => tree.facts(file).undocumented.map(({ name, line }) => ({ file, line, message: `${name} has no doc comment` }))),
};

/** Names that say nothing, for files and folders. */
export const namesSaySomething: Rule = {
  name: "no file or folder has a name that says nothing, and names are kebab-case",
  check: (tree) =>
    tree.files
      .filter((file) => !file.startsWith("test/fixtures/"))
      .flatMap((file) => {
        const parts = file.split("/");
        if (parts.some((part) => /^(?:utils?|helpers?|common|misc)(?:\.|$)/i.test(part)))
          return [{ file, message: "is named after nothing" }];
        const isCode = /\.(?:ts|tsx|js|mjs)$/.test(file);
        const isKebab = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9]+)+$/.test(parts.at(-1) ?? "");
        return isCode && !isKebab ? [{ file, message: "is not kebab-case" }] : [];
      }),
};

/** Configuration files whose tool reads the default export. */
const mayExportDefault = /^test\/vitest(?:\.[a-z]+)*\.config\.ts$|\.d\.ts$/;

/** Constructs that switch checking off or that Node cannot run. */
export const noForbiddenConstructs: Rule = {
  name: "no construct that switches checking off, swallows an error or hides tests",
  check: (tree) =>
    codeFiles(tree).flatMap((file) =>
      tree
        .facts(file)
        .forbidden.filter(({ name }) => !(name === "default export" && mayExportDefault.test(file)))
        .map(({ name, line }) => ({ file, line, message: `holds ${name}` })),
    ),
};

/** Written so that this file does not break its own rule. */
const forbiddenWords: readonly RegExp[] = [/@ts-(?:ignore|nocheck|expect-error)/, /\b(?:TO[D]O|FIX[M]E|X[X]X)\b/, /not[ ]implemented/i];

/** Words that mark unfinished work or unchecked code. */
export const noForbiddenWords: Rule = {
  name: "no marks of unfinished or unchecked code",
  check: (tree) =>
    codeFiles(tree).flatMap((file) =>
      tree
        .text(file)
        .split("\n")
        .flatMap((text, index) =>
          forbiddenWords.flatMap((word) => {
            const found = word.exec(text)?.[0];
            return found === undefined ? [] : [{ file, line: index + 1, message: `holds "${found}"` }];
          }),
        ),
    ),
};
