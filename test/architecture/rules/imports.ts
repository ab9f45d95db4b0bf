// Rules on who imports whom.

import { posix } from "node:path";
import { importTable, ioLibraries, type RoomRules } from "../import-table.ts";
import type { ImportFact } from "../module-facts.ts";
import { productFiles, type Rule, type Violation } from "../source-tree.ts";

/** Every import stays within the table. */
export const importsFollowTheTable: Rule = {
  name: "imports follow the table of rooms",
  check: (tree) =>
    productFiles(tree).flatMap((file) => {
      const rules = importTable.find(({ room }) => file.startsWith(room));
      if (rules === undefined) return [{ file, message: "belongs to no room of the import table" }];
      const shape: Violation[] =
        rules.plainTypeScript && !file.endsWith(".ts") ? [{ file, message: `${rules.room} is plain TypeScript: .ts only` }] : [];
      const bad = tree.facts(file).imports.flatMap((fact) => {
        const objection = objectionTo(file, fact, rules);
        return objection === "" ? [] : [{ file, line: fact.line, message: objection }];
      });
      return [...shape, ...bad];
    }),
};

/** Why this import is not allowed, or "". */
function objectionTo(file: string, fact: ImportFact, rules: RoomRules): string {
  const { specifier } = fact;
  if (specifier.startsWith(".")) return objectionToOwn(posix.join(posix.dirname(file), specifier), fact, rules);
  const { kind, name } = describeSpecifier(specifier);
  const allowed = rules[kind];
  if (allowed === "any" || allowed.includes(name)) return "";
  return `${rules.room} may not import ${kind === "builtins" ? `node:${name}` : `the package ${name}`}`;
}

function objectionToOwn(target: string, fact: ImportFact, rules: RoomRules): string {
  const within = (prefixes: readonly string[]) => prefixes.some((prefix) => target.startsWith(prefix));
  if (target.startsWith(rules.room) && rules.room.endsWith("/")) return "";
  if (within(rules.never ?? [])) return `${rules.room} never imports ${target}`;
  if (within(rules.imports)) return "";
  if (!within(rules.typesOf ?? [])) return `${rules.room} may not import ${target}`;
  return fact.typeOnly ? "" : `${rules.room} may import ${target} only as types`;
}

/** Tells Node's own modules (with the prefix `node:`, as everywhere here) from packages; drops the path inside either. */
function describeSpecifier(specifier: string): { readonly kind: "builtins" | "packages"; readonly name: string } {
  if (specifier.startsWith("node:")) return { kind: "builtins", name: specifier.slice("node:".length).split("/")[0] ?? "" };
  const parts = specifier.split("/");
  return { kind: "packages", name: parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/") };
}

/** A library that touches the world has one importing file per side; types count, so that a replacement changes one file. */
export const ioLibrariesHaveOneImporter: Rule = {
  name: "each library that does I/O has one importing file per side",
  check: (tree) =>
    Object.entries(ioLibraries).flatMap(([library, limits]) =>
      (["daemon", "tui"] as const).flatMap((side) => {
        const importers = productFiles(tree).filter(
          (file) =>
            file.startsWith(`${side}/`) && tree.facts(file).imports.some(({ specifier }) => describeSpecifier(specifier).name === library),
        );
        if (importers.length <= limits[side]) return [];
        return importers.map((file) => ({
          file,
          message: `imports ${library}; ${importers.length} files of ${side} do, ${limits[side]} may`,
        }));
      }),
    ),
};
