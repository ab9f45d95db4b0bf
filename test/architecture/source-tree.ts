// A tree of source files to check: the repository itself, or a made-up one in a temporary directory.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readModuleFacts, type ModuleFacts } from "./module-facts.ts";

/** Files below a root. Paths are relative to it, with `/`. Reading and parsing happen once per file. */
export interface SourceTree {
  readonly files: readonly string[];
  text(path: string): string;
  sizeBytes(path: string): number;
  facts(path: string): ModuleFacts;
}

/** One broken rule: where, and what to do. */
export interface Violation {
  readonly file: string;
  readonly line?: number;
  readonly message: string;
}

/** A rule of the house: looks at a tree, names what breaks it. */
export interface Rule {
  readonly name: string;
  check(tree: SourceTree): readonly Violation[];
}

/** Folders that hold nothing of ours, at any depth. */
const foreignFolders: ReadonlySet<string> = new Set(["node_modules", "dist", ".git", ".tmp", "coverage"]);

/** Opens a tree. Symbolic links are not followed. */
export function createSourceTree(root: string): SourceTree {
  const texts = new Map<string, string>();
  const facts = new Map<string, ModuleFacts>();
  const text = (path: string) => remember(texts, path, () => readFileSync(join(root, path), "utf8"));
  return {
    files: listFiles(root, "").sort(),
    text,
    sizeBytes: (path) => statSync(join(root, path)).size,
    facts: (path) => remember(facts, path, () => readModuleFacts(path, text(path))),
  };
}

function remember<V>(known: Map<string, V>, key: string, make: () => V): V {
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return foreignFolders.has(entry.name) ? [] : listFiles(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/** Source files written by hand: TypeScript and the JavaScript launchers, without fixtures. */
export function codeFiles(tree: SourceTree): readonly string[] {
  return tree.files.filter((path) => /\.(?:ts|tsx|js|mjs)$/.test(path) && !path.startsWith("test/fixtures/"));
}

/** Source files of the product: shared, daemon, tui. */
export function productFiles(tree: SourceTree): readonly string[] {
  return codeFiles(tree).filter((path) => /^(?:shared|daemon|tui)\//.test(path));
}

/** `path:line message`, one text per violation, as a failing test shows them. */
export function toText(violation: Violation): string {
  const place = violation.line === undefined ? violation.file : `${violation.file}:${violation.line}`;
  return `${place} ${violation.message}`;
}
