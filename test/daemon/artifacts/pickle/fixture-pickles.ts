// The pickles of test/fixtures with what Python says of them.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { describeValue } from "../../../../daemon/artifacts/pickle/describe.ts";
import type { PickleFacts } from "../../../../daemon/artifacts/pickle/facts.ts";
import { readPickle } from "../../../../daemon/artifacts/pickle/read-pickle.ts";
import { stringifyExact } from "../../../../shared/lib/exact-json.ts";
import { fixtureFolder } from "../../../support/fixture-archive.ts";

const golden = z.object({ value: z.unknown(), globals: z.array(z.string()).optional() });

const manifest = z.object({
  recipes: z.array(z.object({ name: z.string(), file: z.string() })),
  files: z.array(
    z.object({
      name: z.string(),
      attempts: z.string(),
      outcome: z.enum(["data", "refused", "either"]),
      globals: z.array(z.string()),
      calls: z.array(z.string()),
      container: z.string().optional(),
      limit: z.string().optional(),
      stop: z.number().optional(),
      or: z.string().optional(),
      globals_total: z.number().optional(),
      calls_total: z.number().optional(),
    }),
  ),
});

const event = z.tuple([z.string(), z.string(), z.number(), z.number()]);

const walks = z.record(
  z.string(),
  z.object({
    globals: z.array(event),
    externals: z.array(z.tuple([z.number(), z.number()])),
    protocol: z.number(),
    stop: z.number().nullable(),
    until: z.number(),
  }),
);

/** One hostile file as its manifest describes it. */
export type HostileFile = z.infer<typeof manifest>["files"][number];

/** What Python's pickletools sees in a file: places, and the byte behind each opcode. */
export type PickletoolsWalk = z.infer<typeof walks>[string];

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, "utf8"));
}

/** The bytes of a file of an archive (`info_pickles`, `pickle_releases`, `hostile`). */
export function fixtureBytes(archive: string, file: string): Buffer {
  return readFileSync(join(fixtureFolder(archive), file));
}

/** The files of an archive that have a golden description. */
export function goldenFiles(archive: string): readonly string[] {
  return readdirSync(fixtureFolder(archive))
    .filter((name) => name.endsWith(".golden.json"))
    .map((name) => name.slice(0, -".golden.json".length))
    .sort();
}

/** What Python got from a file. */
export function goldenOf(archive: string, file: string): z.infer<typeof golden> {
  return golden.parse(readJson(join(fixtureFolder(archive), `${file}.golden.json`)));
}

/** The hostile files, and the recipes to derive more. */
export function hostileManifest(): z.infer<typeof manifest> {
  return manifest.parse(readJson(join(fixtureFolder("hostile"), "manifest.json")));
}

/** By file name; files in a wrapper have none. */
export function pickletoolsWalks(): ReadonlyMap<string, PickletoolsWalk> {
  return new Map(Object.entries(walks.parse(readJson(join(fixtureFolder("hostile"), "pickletools.json")))));
}

/** A value's description, as it comes out of JSON. */
export type Description = { readonly ok: true; readonly json: unknown; readonly truncated: boolean } | { readonly ok: false };

/** Reads and describes, as `inspect` does. */
export function inspected(bytes: Uint8Array): { readonly description: Description; readonly facts: PickleFacts } {
  const read = readPickle(bytes);
  if (!read.ok) return { description: { ok: false }, facts: read.facts };
  const { json, truncated } = describeValue(read.value);
  return { description: { ok: true, json: JSON.parse(stringifyExact(json)), truncated }, facts: read.facts };
}

/** `module name` of each global, in stream order. */
export function globalNames(facts: PickleFacts): string[] {
  return facts.globals.map(({ module, name }) => `${module} ${name}`);
}

/** `OPCODE module name` of each call, in stream order. */
export function callTexts(facts: PickleFacts): string[] {
  return facts.calls.map(({ opcode, module, name }) => `${opcode} ${module} ${name}`);
}
