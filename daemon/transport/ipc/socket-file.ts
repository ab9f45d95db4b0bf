// The daemon's place in the file system: a listening Unix socket that steals from nobody and leaves nothing behind.

import { randomBytes } from "node:crypto";
import { chmod, link, lstat, mkdir, rename, rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { dirname } from "node:path";
import { AppError } from "../../../shared/contract/errors.ts";
import { SOCKET_PATH_BYTES, socketPathFault } from "../../../shared/domain/paths.ts";

/** A socket that listens under its path. */
export interface SocketFile {
  readonly server: Server;
  /** Takes the path away if it is still ours, and stops listening. Open connections go on. */
  release(): Promise<void>;
}

const DIRECTORY_MODE = 0o755;
/** Connections that wait until we take them (the kernel may allow fewer); one beyond is refused by the kernel without a word. */
const BACKLOG = 1024;

/**
 * Listens on `path` with the permissions `mode`. Makes the folder (0755) when it is missing and leaves an existing one as it is.
 * Throws an AppError when the path is too long, is not a socket, another daemon answers on it, or the folder cannot be used.
 */
export async function listenOnSocketFile(path: string, mode: number, onConnection: (socket: Socket) => void): Promise<SocketFile> {
  const fault = socketPathFault(path);
  if (fault !== undefined) throw new AppError("invalid_input", fault);
  await makeFolder(path);
  await clearWay(path);
  const server = createServer(onConnection);
  // The socket gets its permissions under another name, so that nobody meets it half made. It also keeps libuv from
  // removing whatever has our path when we close: it removes the name that was listened on.
  const temporary = temporaryName(path);
  try {
    await listen(server, temporary);
    await chmod(temporary, mode);
    const own = await lstat(temporary);
    await link(temporary, path);
    await rm(temporary);
    return {
      server,
      async release() {
        const now = await statOf(path);
        if (now !== undefined && now.ino === own.ino && now.dev === own.dev) await rm(path, { force: true });
        server.close();
      },
    };
  } catch (error) {
    server.close();
    await rm(temporary, { force: true });
    throw codeOf(error) === "EEXIST" ? taken(path) : unusable(path, error);
  }
}

/** Makes the folder of the socket open to all, whatever the umask says: who may do what is decided by the socket and the daemon. */
async function makeFolder(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    const made = await mkdir(folder, { recursive: true, mode: DIRECTORY_MODE });
    if (made !== undefined) await chmod(folder, DIRECTORY_MODE);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Leaves the path free: refuses what is alive or no socket, takes a dead socket away. */
async function clearWay(path: string): Promise<void> {
  const found = await statOf(path);
  if (found === undefined) return;
  if (!found.isSocket())
    throw new AppError("conflict", `${path} exists and is not a socket; remove it, or set MODEL_MANAGER_SOCKET to another path`);
  if (await isAnswered(path)) throw taken(path);
  await removeDead(path);
}

/**
 * Takes a socket that nobody answers on away. Another daemon may have come to the same end and listen there since: what is moved aside is
 * asked again, put back when it answers, and the path refused.
 */
export async function removeDead(path: string): Promise<void> {
  const aside = temporaryName(path);
  try {
    await rename(path, aside);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return;
    throw unusable(path, error);
  }
  // Inode numbers say nothing here: a file system may give that of the dead socket to the new one.
  if (await isAnswered(aside)) {
    await rename(aside, path);
    throw taken(path);
  }
  await rm(aside, { force: true });
}

/** True when something accepts connections on the path. Throws when that cannot be told. */
async function isAnswered(path: string): Promise<boolean> {
  const probe = connect(path);
  try {
    await new Promise<void>((resolve, reject) => probe.once("connect", resolve).once("error", reject));
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "ECONNREFUSED" || code === "ENOENT") return false;
    // A full queue of connections: somebody is there, only slow.
    if (code === "EAGAIN") return true;
    throw unusable(path, error);
  } finally {
    probe.on("error", () => undefined).destroy();
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ path, backlog: BACKLOG }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** A name in the same folder that `ss` still shows as ours, as long as the path allows. */
function temporaryName(path: string): string {
  const suffix = `.${randomBytes(3).toString("hex")}`;
  const room = SOCKET_PATH_BYTES - suffix.length;
  const short = Buffer.byteLength(path) <= room ? path : `${dirname(path)}/`;
  return `${short}${suffix}`;
}

async function statOf(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw unusable(path, error);
  }
}

function taken(path: string): AppError {
  return new AppError("conflict", `another daemon answers on ${path}; stop it, or set MODEL_MANAGER_SOCKET to another path`);
}

function unusable(path: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new AppError("unavailable", `cannot listen on ${path}: ${reason}; set MODEL_MANAGER_SOCKET to a path that this user may write`, {
    cause: error,
  });
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error ? Reflect.get(error, "code") : undefined;
  return typeof code === "string" ? code : "";
}
