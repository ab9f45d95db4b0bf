// For each rule, small trees that break it and what it must say; every sample starts from a tree that breaks nothing.

/** A tree: path → text. */
export type Sample = Readonly<Record<string, string>>;

/** Files that break a rule when added to the sound tree; an empty text removes the file. */
export interface BadSample {
  readonly rule: string;
  readonly why: string;
  readonly add: Sample;
  readonly says: readonly string[];
}

const open = "// Says what this file is for.\n";
const doc = "/** Says what it does. */\n";
const readme = "# A room\n";

/** One small file in many rooms; breaks no rule. */
export const soundTree: Sample = {
  "README.md": "`MODEL_MANAGER_HTTP_PORT`\n",
  "package-lock.json": JSON.stringify({
    packages: { "": { name: "model-manager" }, "node_modules/zod": { version: "4.6.7", integrity: "sha512-x" } },
  }),
  "systemd/README.md": readme,
  "systemd/model-managerd.env.example": "#MODEL_MANAGER_HTTP_PORT=8788\n",
  "shared/README.md": readme,
  "shared/lib/README.md": readme,
  "shared/lib/clock.ts": `${open}${doc}export function toSeconds(ms: number): number {\n  return ms / 1000;\n}\n`,
  "shared/contract/README.md": readme,
  "shared/contract/frames.ts": `${open}import { z } from "zod";\nimport { toSeconds } from "../lib/clock.ts";\nexport const frame = z.string();\ntoSeconds(1);\n`,
  "daemon/README.md": readme,
  "daemon/app/README.md": readme,
  "daemon/app/ports.ts": `${open}export interface Port {\n  readonly name: string;\n}\n`,
  "daemon/config/README.md": readme,
  "daemon/config/variables.ts": `${open}export const names = ["MODEL_MANAGER_HTTP_PORT"];\n`,
  "daemon/disk/README.md": readme,
  "daemon/disk/watch.ts": `${open}import { watch } from "chokidar";\nimport type { Port } from "../app/ports.ts";\nexport const port: Port = { name: "disk" };\nwatch("x");\n`,
  "daemon/daemon.ts": `${open}import { port } from "./disk/watch.ts";\nexport const ports = [port];\n`,
  "daemon/main.ts": `${open}import { ports } from "./daemon.ts";\nimport { names } from "./config/variables.ts";\nexport const all = [ports, names];\n`,
  "tui/README.md": readme,
  "tui/state/README.md": readme,
  "tui/state/rows.ts": `${open}export const rows: readonly string[] = [];\n`,
  "tui/views/README.md": readme,
  "tui/views/table.tsx": `${open}import { Text } from "ink";\nimport { rows } from "../state/rows.ts";\n${doc}export const Table = () => <Text>{rows.join()}</Text>;\n`,
  "test/README.md": readme,
  "test/fixtures/README.md": readme,
};

const importRule = "imports follow the table of rooms";

/** A file of one import that the table forbids. */
function badImport(file: string, statement: string, says: string): BadSample {
  return { rule: importRule, why: `${file} with ${statement}`, add: { [file]: `${open}${statement}\n` }, says: [`${file}:2 ${says}`] };
}

const longBody = "  work();\n".repeat(61);
const anyWord = "any";
const slash = "/";

const importSamples: readonly BadSample[] = [
  badImport("shared/lib/a.ts", 'import "node:fs";', "shared/ may not import node:fs"),
  badImport("shared/lib/a.ts", 'import { z } from "zod";', "shared/ may not import the package zod"),
  badImport("shared/domain/a.ts", 'import type { Port } from "../../daemon/app/ports.ts";', "shared/ may not import daemon/app/ports.ts"),
  badImport("daemon/app/a.ts", 'import { watch } from "../disk/watch.ts";', "daemon/app/ may not import daemon/disk/watch.ts"),
  badImport("daemon/app/a.ts", 'const fs = await import("node:fs/promises");', "daemon/app/ may not import node:fs"),
  badImport("daemon/artifacts/a.ts", 'export * from "../app/ports.ts";', "daemon/artifacts/ may not import daemon/app/ports.ts"),
  badImport("daemon/storage/a.ts", 'type T = import("../disk/watch.ts").T;', "daemon/storage/ may not import daemon/disk/watch.ts"),
  badImport("daemon/storage/a.ts", 'import { x } from "../app/ports.ts";', "daemon/storage/ may import daemon/app/ports.ts only as types"),
  badImport("daemon/storage/a.ts", 'import type { x } from "../app/catalog.ts";', "daemon/storage/ may not import daemon/app/catalog.ts"),
  badImport(
    "daemon/workers/a.ts",
    'new Worker(new URL("../disk/watch.ts", import.meta.url));',
    "daemon/workers/ may not import daemon/disk/watch.ts",
  ),
  badImport("daemon/disk/a.ts", 'import "../transport/grpc/a.ts";', "daemon/disk/ may not import daemon/transport/grpc/a.ts"),
  badImport("daemon/transport/ipc/a.ts", 'import "../grpc/a.ts";', "daemon/transport/ipc/ may not import daemon/transport/grpc/a.ts"),
  badImport(
    "daemon/transport/ipc/a.ts",
    'const s = require("../../storage/a.ts");',
    "daemon/transport/ipc/ may not import daemon/storage/a.ts",
  ),
  badImport("daemon/main.ts", 'import "./disk/watch.ts";', "daemon/main.ts may not import daemon/disk/watch.ts"),
  badImport("daemon/file-verbs.ts", 'import "./disk/watch.ts";', "daemon/file-verbs.ts may not import daemon/disk/watch.ts"),
  badImport("daemon/ops/a.ts", 'import "../../tui/state/rows.ts";', "daemon/ops/ may not import tui/state/rows.ts"),
  badImport("tui/client/a.ts", 'import type { Port } from "../../daemon/app/ports.ts";', "tui/client/ may not import daemon/app/ports.ts"),
  badImport("tui/state/a.ts", 'import { useState } from "react";', "tui/state/ may not import the package react"),
  badImport("tui/state/a.ts", 'import type { C } from "../client/connection.ts";', "tui/state/ may not import tui/client/connection.ts"),
  badImport("tui/charts/a.ts", 'import { Table } from "../views/table.tsx";', "tui/charts/ may not import tui/views/table.tsx"),
  badImport("tui/format/a.ts", 'import { Text } from "ink";', "tui/format/ may not import the package ink"),
  {
    rule: importRule,
    why: "JSX in a plain room",
    add: { "tui/keys/a.tsx": open },
    says: ["tui/keys/a.tsx tui/keys/ is plain TypeScript: .ts only"],
  },
  {
    rule: importRule,
    why: "a room nobody knows",
    add: { "daemon/elsewhere/a.ts": open },
    says: ["daemon/elsewhere/a.ts belongs to no room of the import table"],
  },
  {
    rule: "each library that does I/O has one importing file per side",
    why: "a second file with chokidar, as a type",
    add: { "daemon/disk/b.ts": `${open}import type { FSWatcher } from "chokidar";\n` },
    says: [
      "daemon/disk/b.ts imports chokidar; 2 files of daemon do, 1 may",
      "daemon/disk/watch.ts imports chokidar; 2 files of daemon do, 1 may",
    ],
  },
  {
    rule: "each library that does I/O has one importing file per side",
    why: "a database in the terminal program",
    add: { "tui/cli/a.ts": `${open}import Database from "better-sqlite3";\n` },
    says: ["tui/cli/a.ts imports better-sqlite3; 1 files of tui do, 0 may"],
  },
];

const formSamples: readonly BadSample[] = [
  {
    rule: "a file has at most 300 lines",
    why: "301 lines",
    add: { "shared/lib/a.ts": open + "export {};\n".repeat(300) },
    says: ["shared/lib/a.ts has 301 lines, 300 are allowed"],
  },
  {
    rule: "a function body has at most 60 lines",
    why: "a function, a method and an arrow function of 61 lines",
    add: {
      "shared/lib/a.ts": `${open}function long() {\n${longBody}}\nexport class C {\n  method() {\n${longBody}  }\n}\nexport const arrow = () => {\n${longBody}};\n`,
    },
    says: ["shared/lib/a.ts:2 long has 61", "shared/lib/a.ts:66 method has 61", "shared/lib/a.ts:130 arrow has 61"],
  },
  {
    rule: "a function body has at most 60 lines",
    why: "a long function inside a suite",
    add: { "test/a.test.ts": `${open}describe("x", () => {\n${longBody}function set() {\n${longBody}}\n});\n` },
    says: ["test/a.test.ts:64 set has 61"],
  },
  {
    rule: "a file opens with a comment that says what it is for",
    why: "code first",
    add: { "daemon/bin/a.js": "#!/usr/bin/env node\nconst a = 1;\n// A comment that comes late.\n" },
    says: ["daemon/bin/a.js:1 must open with a sentence in a comment"],
  },
  {
    rule: "an exported function has a doc comment",
    why: "a function, an arrow function and a class without one",
    add: { "shared/lib/a.ts": `${open}export function f() {}\n\n// no doc comment\nexport const g = () => 1;\nexport class C {}\n` },
    says: ["shared/lib/a.ts:2 f has no", "shared/lib/a.ts:5 g has no", "shared/lib/a.ts:6 C has no"],
  },
  {
    rule: "no file or folder has a name that says nothing, and names are kebab-case",
    why: "utils.ts, a folder helpers and CamelCase",
    add: { "shared/lib/utils.ts": open, "test/helpers/a.ts": open, "tui/views/SourceList.tsx": open },
    says: [
      "shared/lib/utils.ts is named after nothing",
      "test/helpers/a.ts is named after nothing",
      "tui/views/SourceList.tsx is not kebab-case",
    ],
  },
  {
    rule: "no construct that switches checking off, swallows an error or hides tests",
    why: "each of them",
    add: {
      "test/a.ts": `${open}const a: ${anyWord} = 1;\nconst b = a as ${"unknown"} as string;\nenum E {}\nnamespace N {\n}\ntry {\n} catch {\n}\nclass P {\n  constructor(private x: string) {}\n}\nexport default b;\nit.only("x", f);\ndescribe.only.each([1])("x", f);\n`,
    },
    says: [
      "test/a.ts:2 holds the type that switches checking off",
      "test/a.ts:3 holds double cast through unknown",
      "test/a.ts:4 holds enum",
      "test/a.ts:5 holds namespace",
      "test/a.ts:8 holds empty catch",
      "test/a.ts:11 holds parameter property",
      "test/a.ts:13 holds default export",
      "test/a.ts:14 holds a focused test",
      "test/a.ts:15 holds a focused test",
    ],
  },
  {
    rule: "no marks of unfinished or unchecked code",
    why: "each of them",
    add: { "tui/format/a.ts": `${open}// ${"TO"}DO\n// ${"FIX"}ME\n// @${"ts"}-ignore\nthrow new Error("not ${"impl"}emented");\n` },
    says: ["tui/format/a.ts:2 holds", "tui/format/a.ts:3 holds", "tui/format/a.ts:4 holds", "tui/format/a.ts:5 holds"],
  },
];

const repositorySamples: readonly BadSample[] = [
  {
    rule: "no file names a machine's paths or a package registry's host",
    why: "a home, a checkout and a registry in different kinds of file",
    add: {
      "test/a.ts": `${open}const a = "${slash}root/x";\n`,
      "systemd/a.service": `ExecStart=${slash}work/x\n`,
      ".npmrc": `registry=https://registry.${"npmjs"}.org/\n`,
    },
    says: [".npmrc:1 names npmjs", ".npmrc:1 names registry", "systemd/a.service:1 names", "test/a.ts:2 names"],
  },
  {
    rule: "the lockfile names no host and has the integrity of every package",
    why: "a host and a package without integrity",
    add: {
      "package-lock.json": JSON.stringify({ packages: { "node_modules/a": { resolved: "https://example.invalid/a.tgz" } } }, null, 1),
    },
    says: ['package-lock.json holds "resolved": "https://example.invalid', "package-lock.json node_modules/a has no integrity"],
  },
  {
    rule: "fixtures stay under 25 MB",
    why: "26 MB",
    add: { "test/fixtures/big.bin": "x".repeat(26_000_000) },
    says: ["test/fixtures holds 26.0 MB"],
  },
  {
    rule: "the top level holds only what the design names",
    why: "a folder and a file more",
    add: { "scripts/a.sh": "true\n", "notes.txt": "x\n" },
    says: ["notes.txt does not belong", "scripts does not belong"],
  },
  {
    rule: "the launchers of both programs are the same file",
    why: "one was changed alone",
    add: { "daemon/bin/launch.js": open, "tui/bin/launch.js": `${open}// changed\n` },
    says: ["tui/bin/launch.js differs from daemon/bin/launch.js"],
  },
  {
    rule: "every room has a README",
    why: "a room and a transport without one",
    add: { "daemon/storage/a.ts": open, "daemon/transport/grpc/a.ts": open },
    says: ["daemon/storage has no README.md", "daemon/transport has no README.md", "daemon/transport/grpc has no README.md"],
  },
  {
    rule: "every variable of the configuration is in README.md and in the unit's example file",
    why: "a variable only the code knows, whose name begins like a documented one",
    add: { "daemon/config/more.ts": `${open}export const more = "MODEL_MANAGER_HTTP";\n` },
    says: ["README.md does not name MODEL_MANAGER_HTTP (", "systemd/model-managerd.env.example does not name MODEL_MANAGER_HTTP ("],
  },
  {
    rule: "every variable of the configuration is in README.md and in the unit's example file",
    why: "no example file",
    add: { "systemd/model-managerd.env.example": "" },
    says: ["systemd has no *.env.example"],
  },
];

/** All of them. */
export const badSamples: readonly BadSample[] = [...importSamples, ...formSamples, ...repositorySamples];
