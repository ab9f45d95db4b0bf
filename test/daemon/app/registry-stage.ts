// The application with registered models: real files, real answers of GetModel, and stores that a test can break.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CatalogStore, ObjectStore, ObjectUpkeep } from "../../../daemon/app/ports.ts";
import type { CallInput, Output } from "../../../shared/contract/operations.ts";
import { parseDescription } from "../../../daemon/app/version-description.ts";
import { createDocumentReader } from "../../../daemon/serving/renderings.ts";
import { createServedModels } from "../../../daemon/serving/served-models.ts";
import { modelDocument } from "../../support/training.ts";
import { openStage, playedObjects, type Stage } from "./application-fixture.ts";

/** What a test breaks and counts. */
export interface Strings {
  /** Reads of these objects fail, by digest; every one with "all". */
  readonly broken: Set<string>;
  /** Reads end only after this. */
  held: Promise<void>;
  reads: number;
  /** Questions to the catalog's store, and whether it answers. */
  questions: number;
  isAway: boolean;
  /** Time of the breaker, ms. */
  ms: number;
}

/** A stage and its strings. */
export interface RegistryStage extends Stage {
  readonly strings: Strings;
  readonly folder: string;
  /** Writes a file and returns its path. */
  file(name: string, bytes: string | Uint8Array): Promise<string>;
  register(line: string, version: string, fields?: Partial<CallInput<"registry.register">>): Promise<Output<"registry.register">>;
  promote(line: string, version: string): Promise<void>;
  /** What a client of GetModel gets: the version and the text; or the refusal. */
  get(line: string, version?: string): Promise<{ readonly version: string; readonly text: string; readonly status: string } | string>;
}

/** The text of the document that `register` makes for a version without a path of its own. */
export function documentFor(version: string): string {
  return modelDocument({ stamp: [...version].reduce((sum, character) => 31 * sum + character.charCodeAt(0), 0) % 100_000, symbol: "X" });
}

/** Opens the stage in a directory. `maxBytes`: how much memory the answers may take. */
export async function openRegistryStage(directory: string, maxBytes = 1024 * 1024): Promise<RegistryStage> {
  const strings: Strings = { broken: new Set(), held: Promise.resolve(), reads: 0, questions: 0, isAway: false, ms: 0 };
  const state = join(directory, "state");
  const folder = join(directory, "files");
  await mkdir(state, { recursive: true });
  await mkdir(folder, { recursive: true });
  const fault: { error?: Error | undefined } = {};
  const stage = await openStage(state, {
    objects: breakable(
      playedObjects(() => fault.error),
      strings,
    ),
    wrapStore: (store) => askable(store, strings),
    monotonic: { monotonicMs: () => strings.ms },
    models: (readObject, store, renderings) =>
      createServedModels({
        readDocument: createDocumentReader(readObject, renderings),
        loadDescription: async (versionId) => parseDescription((await store.descriptionOf(versionId)) ?? ""),
        maxBytes,
      }),
  });
  const file = async (name: string, bytes: string | Uint8Array): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };
  return {
    ...stage,
    ...{ strings, folder, file },
    breakObjects: (error) => void (fault.error = error),
    async register(line, version, fields = {}) {
      const path = fields.path ?? (await file(`${version}.json`, documentFor(version)));
      return stage.app.invoke("registry.register", { line, version, ...fields, path }, stage.context);
    },
    async promote(line, version) {
      await stage.app.invoke("line.promote", { line, version, skip_gates: true, reason: "test" }, stage.context);
    },
    async get(line, version = "") {
      const [source = "", group_key = ""] = line.split("/");
      const answer = await stage.app.model({ source, group_key, version }, stage.context);
      if (answer.outcome === "refused") return answer.message;
      if (answer.outcome === "not_modified") return "not modified";
      const { metadata, document } = await answer.parts();
      return { version: metadata.version, text: document.toString(), status: metadata.status };
    },
  };
}

function breakable(objects: ObjectStore & ObjectUpkeep, strings: Strings): ObjectStore & ObjectUpkeep {
  return {
    ...objects,
    async read(object) {
      strings.reads++;
      await strings.held;
      if (strings.broken.has(object.sha256) || strings.broken.has("all"))
        throw Object.assign(new Error("other bytes"), { fault: "other_bytes" });
      return objects.read(object);
    },
  };
}

/** Counts what the store is asked, and lets nobody through while it is away. */
function askable(store: CatalogStore, strings: Strings): CatalogStore {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function" || name === "load") return member;
      return (...given: unknown[]): unknown => {
        strings.questions++;
        if (strings.isAway) return Promise.reject(Object.assign(new Error("gone"), { kind: "away" }));
        return Reflect.apply(member, target, given);
      };
    },
  });
}
