// Files that are either whole or not there.

import { open, rename, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Writes a file beside its place first, then renames it, on disk when the promise resolves. `mode` is that of the new file, less the process's
 * umask. Returns its size. Rejects with an Error that names the file.
 */
export async function writeWhole(
  file: string,
  chunks: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>,
  mode = 0o666,
): Promise<number> {
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  let bytes = 0;
  try {
    const handle = await open(temporary, "wx", mode);
    try {
      for await (const chunk of chunks) {
        await handle.writeFile(chunk);
        bytes += Buffer.byteLength(chunk);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    const isOfTheFile = error instanceof Error && "syscall" in error;
    throw isOfTheFile ? new Error(`cannot write ${file}: ${error.message.replaceAll(temporary, file)}`, { cause: error }) : error;
  }
  await syncDirectory(path.dirname(file));
  return bytes;
}

async function syncDirectory(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
