// Fixtures that are kept as archives: unpacked once into a folder that later test processes use again.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { extract, list } from "tar";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const unpackedBefore = new Map<string, string>();

/** Where unpacked archives of this user are kept; nobody else may look into it. */
function unpackedRoot(): string {
  const root = join(realpathSync(tmpdir()), `model-manager-fixtures-${userInfo().uid}`);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return root;
}

/** Whether every file of the archive lies in the folder with its full size; cleaners of the temporary directory take single old files away. */
function isWhole(folder: string, archive: string): boolean {
  let whole = true;
  list({
    file: archive,
    sync: true,
    onReadEntry: (entry) => {
      whole &&= statSync(join(folder, entry.path), { throwIfNoEntry: false })?.size === entry.size;
    },
  });
  return whole;
}

/** Unpacks beside the folder and renames, so that another process sees all of it or nothing. When another was faster, its folder stays. */
function unpack(archive: string, folder: string): void {
  const fresh = mkdtempSync(`${folder}.new-`);
  try {
    extract({ file: archive, cwd: fresh, sync: true, strict: true });
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** The first of `base`, `base-1`, … that is whole, made when it is not there. What is incomplete stays: somebody may be reading it. */
function wholeFolder(archive: string, base: string): string {
  for (let attempt = 0; attempt < 100; attempt++) {
    const folder = attempt === 0 ? base : `${base}-${attempt}`;
    if (!existsSync(folder)) unpack(archive, folder);
    if (isWhole(folder, archive)) return folder;
  }
  throw new Error(`cannot unpack ${archive}: ${base} and 99 beside it are incomplete; remove them`);
}

/**
 * The folder with the files of `test/fixtures/<name>.tar.gz`, for reading only: other test processes read the same one.
 * It is named after the archive's content, so a changed archive is unpacked anew. Throws, naming the archives that there are, when there is none of that name.
 */
export function fixtureFolder(name: string): string {
  const known = unpackedBefore.get(name);
  if (known !== undefined) return known;
  const archive = join(fixtures, `${name}.tar.gz`);
  if (!existsSync(archive)) throw new Error(`test/fixtures has no archive ${name}.tar.gz; it has ${fixtureArchives("").join(", ")}`);
  const hash = createHash("sha256").update(readFileSync(archive)).digest("hex").slice(0, 16);
  const folder = wholeFolder(archive, join(unpackedRoot(), `${name.replaceAll("/", "-")}-${hash}`));
  unpackedBefore.set(name, folder);
  return folder;
}

/** Names, for `fixtureFolder`, of the archives whose name begins with `prefix` (`xgboost/`), in order. */
export function fixtureArchives(prefix: string): readonly string[] {
  return readdirSync(fixtures, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".tar.gz") && path.startsWith(prefix))
    .map((path) => path.slice(0, -".tar.gz".length))
    .sort();
}
