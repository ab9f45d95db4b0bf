// From a path as a person writes it to the real directory that a source watches.

import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, isAbsolute, join, resolve } from "node:path";
import { AppError } from "../../shared/contract/errors.ts";

/** A directory that can be watched. */
export interface ResolvedRoot {
  /** Absolute, symlinks resolved. */
  readonly rootPath: string;
  /** Device number, as text. */
  readonly device: string;
  /** Last part of the path as it was written: the default name of the source. */
  readonly folderName: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "leads through a file",
  EACCES: "cannot be read by the daemon's user",
  ELOOP: "is a loop of symbolic links",
  ENAMETOOLONG: "is too long",
};

/** Resolves a path (`~` is the daemon's home). AppError `invalid_input` when it is no readable directory. */
export async function resolveRoot(path: string): Promise<ResolvedRoot> {
  const written = path.trim();
  const expanded = written === "~" || written.startsWith("~/") ? join(homedir(), written.slice(1)) : written;
  if (!isAbsolute(expanded))
    throw new AppError("invalid_input", `${JSON.stringify(written)} is not an absolute path; write it from / or ~`);
  try {
    const rootPath = await realpath(expanded);
    const found = await stat(rootPath, { bigint: true });
    if (!found.isDirectory())
      throw new AppError("invalid_input", `${written} is a file, not a directory; register the directory that holds the artifacts`);
    await access(rootPath, constants.R_OK | constants.X_OK);
    return { rootPath, device: String(found.dev), folderName: basename(resolve(expanded)) };
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    throw new AppError(
      "invalid_input",
      `${written} ${REASONS[code] ?? "cannot be read"}; name an existing directory that the daemon's user can read`,
      { cause: error },
    );
  }
}
