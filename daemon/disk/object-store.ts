// Immutable bytes by digest, in packs: one put is one file, one fsync of it and one of its folder.

import { chmod, mkdir, open, readdir, stat, type FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ObjectRecord, ObjectStore, ObjectUpkeep } from "../app/ports.ts";
import { publishFile, removeIfThere, syncDirectory, TEMPORARY_ENDING } from "./atomic-file.ts";
import { packPath } from "./check-objects.ts";
import { digestOf, findBytes } from "./find-bytes.ts";
import { errorCode, failureReason, isAbsence } from "./fs-calls.ts";
import { openObjectChecker } from "./object-checker.ts";
import { PackClaims } from "./pack-claims.ts";
import { isDigest, parsePackIndex, parsePackPrefix, planPack, type PackedObject } from "./pack-file.ts";

const PREFIX_BYTES = 12;
const PACK_ENDING = ".pack";
/** A pack younger than this may be a put whose commit is under way. */
const YOUNG_MS = 10 * 60_000;
const SUBFOLDERS = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, "0"));

/**
 * What went wrong in the store. `full`: no space left. `other_bytes`: the bytes are not those of the digest.
 * `not_durable`: fsync failed; the kernel may have dropped pages, so the process should end and recover. `unreadable`: the disk reports an
 * error where the bytes lie; `io`: anything else that hinders reading or writing.
 */
export type ObjectFault = "missing" | "short" | "other_bytes" | "unreadable" | "full" | "not_durable" | "io";

/** An error of the object store; its message names the digest, never a path. */
export class ObjectStoreError extends Error {
  override readonly name = "ObjectStoreError";
  readonly fault: ObjectFault;

  constructor(fault: ObjectFault, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.fault = fault;
  }
}

/** What the store may be told at its opening. */
export interface ObjectStoreOptions {
  /** Told at once when an fsync failed: what was written may not be on the disk. The process should end then. */
  readonly onNotDurable?: (fault: ObjectStoreError) => void;
  /** Packs that were put, or written, less than so many ms ago are not removed. */
  readonly youngMs?: number;
}

/** The store, with what its upkeep needs. */
export interface PackedObjectStore extends ObjectStore, ObjectUpkeep, AsyncDisposable {
  /** What the pack says it holds. Rejects with an ObjectStoreError. */
  listPack(pack: string): Promise<readonly ObjectRecord[]>;
}

/**
 * Opens the store in `directory` (made with mode 0700 if it is not there) and removes the leftovers of a crash.
 * One daemon at a time. Rejects when the directory cannot be made or written.
 */
export async function openObjectStore(directory: string, options: ObjectStoreOptions = {}): Promise<PackedObjectStore> {
  const packs = join(directory, "packs");
  if ((await mkdir(directory, { recursive: true, mode: 0o700 })) !== undefined) await syncDirectory(dirname(directory));
  await mkdir(packs, { recursive: true, mode: 0o700 });
  const present = new Set(await readdir(packs));
  const missing = SUBFOLDERS.filter((name) => !present.has(name));
  for (const name of missing) await mkdir(join(packs, name), { mode: 0o700 });
  if (missing.length > 0) {
    await chmod(packs, 0o700);
    await syncDirectory(packs);
    await syncDirectory(directory);
  }
  await Promise.all(SUBFOLDERS.map((name) => removeLeftovers(join(packs, name))));
  return new PackStore(packs, options);
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith(TEMPORARY_ENDING)) await removeIfThere(join(folder, name));
  }
}

class PackStore implements PackedObjectStore {
  readonly #packs: string;
  readonly #options: ObjectStoreOptions;
  readonly #youngMs: number;
  readonly #claims: PackClaims;
  readonly #running = new Set<Promise<unknown>>();
  readonly findBytes = findBytes;

  constructor(packs: string, options: ObjectStoreOptions) {
    this.#packs = packs;
    this.#options = options;
    this.#youngMs = options.youngMs ?? YOUNG_MS;
    this.#claims = new PackClaims(this.#youngMs);
  }

  put(objects: readonly PackedObject[]): Promise<readonly ObjectRecord[]> {
    return this.#track(this.#put(objects));
  }

  read(object: ObjectRecord): Promise<Buffer> {
    return this.#track(this.#read(object));
  }

  listPack(pack: string): Promise<readonly ObjectRecord[]> {
    return this.#track(this.#listPack(pack));
  }

  async *listPacks(): AsyncGenerator<readonly string[]> {
    for (const folder of SUBFOLDERS) {
      const names = (await readdir(join(this.#packs, folder))).filter((name) => name.endsWith(PACK_ENDING));
      yield names.map((name) => name.slice(0, -PACK_ENDING.length)).filter((name) => isDigest(name) && name.startsWith(folder));
    }
  }

  async packBytes(pack: string): Promise<number | undefined> {
    try {
      return (await stat(this.#pathOf(pack))).size;
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
  }

  removePack(pack: string): Promise<boolean> {
    return this.#track(this.#claims.remove(pack, () => this.#removeOld(pack)));
  }

  openChecker(): ReturnType<typeof openObjectChecker> {
    return openObjectChecker(this.#packs);
  }

  /** Waits for what is under way. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled([...this.#running]);
  }

  async #put(objects: readonly PackedObject[]): Promise<readonly ObjectRecord[]> {
    for (const { sha256 } of objects)
      if (!isDigest(sha256)) throw new ObjectStoreError("io", "an object's digest must be 64 lower-case hex digits");
    if (objects.length === 0) return [];
    const plan = planPack(objects);
    try {
      // An existing pack of that name is written again: it may have been damaged meanwhile.
      await this.#claims.put(plan.name, () =>
        publishFile(this.#pathOf(plan.name), [plan.head, ...plan.objects.map((object) => object.bytes)]),
      );
    } catch (error) {
      if (["ENOSPC", "EDQUOT"].includes(errorCode(error)))
        throw new ObjectStoreError("full", "no space is left for model files; free some, or move the state directory", error);
      const isSync = error instanceof Error && "syscall" in error && error.syscall === "fsync";
      const fault = new ObjectStoreError(isSync ? "not_durable" : "io", `model files cannot be stored: ${failureReason(error)}`, error);
      if (isSync) this.#options.onNotDurable?.(fault);
      throw fault;
    }
    return plan.records;
  }

  /** By the file's own time, a put of an earlier run counts too; a time far in the future is of a clock that was wrong. */
  async #removeOld(pack: string): Promise<boolean> {
    const path = this.#pathOf(pack);
    try {
      const age = Date.now() - (await stat(path)).mtimeMs;
      if (Math.abs(age) < this.#youngMs) return false;
    } catch (error) {
      if (isAbsence(error)) return true;
      throw error;
    }
    await removeIfThere(path);
    return true;
  }

  async #read(object: ObjectRecord): Promise<Buffer> {
    const name = `object ${object.sha256.slice(0, 12)}`;
    const bytes = await this.#withPack(object.pack, name, (file) => readExactly(file, object.offset, object.size));
    if (bytes.length < object.size)
      throw new ObjectStoreError("short", `the pack of ${name} is cut short: ${bytes.length} of its ${object.size} bytes are there`);
    if ((await digestOf(bytes)) !== object.sha256)
      throw new ObjectStoreError("other_bytes", `${name} is damaged: its bytes have another digest`);
    return bytes;
  }

  async #listPack(pack: string): Promise<readonly ObjectRecord[]> {
    const name = `pack ${pack.slice(0, 12)}`;
    return this.#withPack(pack, name, async (file) => {
      const prefix = parsePackPrefix(await readExactly(file, 0, PREFIX_BYTES));
      const index = "fault" in prefix ? prefix : parsePackIndex(pack, await readExactly(file, 0, prefix.headBytes));
      if ("fault" in index) throw new ObjectStoreError("other_bytes", `${name}: ${index.fault}`);
      const { size } = await file.stat();
      if (size < index.totalBytes)
        throw new ObjectStoreError("short", `${name} is cut short: ${size} of its ${index.totalBytes} bytes are there`);
      return index.records;
    });
  }

  async #withPack<T>(pack: string, name: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.#pathOf(pack), "r");
      return await use(file);
    } catch (error) {
      if (error instanceof ObjectStoreError) throw error;
      if (isAbsence(error)) throw new ObjectStoreError("missing", `${name} is missing: its pack ${pack.slice(0, 12)} is not there`, error);
      throw new ObjectStoreError(
        errorCode(error) === "EIO" ? "unreadable" : "io",
        `${name} cannot be read: ${failureReason(error)}`,
        error,
      );
    } finally {
      await file?.close();
    }
  }

  #pathOf(pack: string): string {
    if (!isDigest(pack)) throw new ObjectStoreError("missing", "a pack's name must be 64 lower-case hex digits");
    return packPath(this.#packs, pack);
  }

  #track<T>(work: Promise<T>): Promise<T> {
    const done: Promise<unknown> = work.catch(() => undefined).finally(() => this.#running.delete(done));
    this.#running.add(done);
    return work;
  }
}

/** The bytes from `offset` on; fewer than `size` when the file ends before. */
async function readExactly(file: FileHandle, offset: number, size: number): Promise<Buffer> {
  const available = Math.max(0, Math.min(size, (await file.stat()).size - offset));
  const bytes = Buffer.allocUnsafe(available);
  let filled = 0;
  while (filled < available) {
    const { bytesRead } = await file.read(bytes, filled, available - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
