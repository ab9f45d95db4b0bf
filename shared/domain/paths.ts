// Where a daemon keeps its state and its socket: one set of rules for the daemon that makes them and the programs that look for it.

/** What the rules look at: the environment, the user and the home directory, handed in by the caller. */
export interface PathSurroundings {
  readonly env: { readonly [name: string]: string | undefined };
  /** Numeric user; undefined where the system has none. */
  readonly uid: number | undefined;
  readonly home: string;
  /** The working directory, for relative paths. */
  readonly cwd: string;
}

/** Longest path of a Unix socket in bytes: sun_path of Linux holds 108 with the closing zero (unix(7)). */
export const SOCKET_PATH_BYTES = 107;

const FOLDER = "model-manager";
const SOCKET_FILE = "daemon.sock";

/** `path` made absolute: `~/…` below home, relative ones below the working directory. `..` is left to the file system. */
export function absolutePath(path: string, { home, cwd }: Pick<PathSurroundings, "home" | "cwd">): string {
  if (path === "~") return home;
  if (path.startsWith("~/")) return join(home, path.slice(2));
  if (path.startsWith("/")) return trimmed(path);
  return join(cwd, path.replace(/^(\.\/+)+/, ""));
}

/** The state directory when `MODEL_MANAGER_STATE_DIR` (or its flag, `named`) does not name one, and when it does. */
export function stateDirectory(surroundings: PathSurroundings, named = surroundings.env["MODEL_MANAGER_STATE_DIR"]): string {
  const own = given(named);
  if (own !== undefined) return absolutePath(own, surroundings);
  // systemd lists several directories with colons; the first is ours.
  const ofUnit = absoluteOnly(surroundings.env["STATE_DIRECTORY"]?.split(":")[0]);
  if (ofUnit !== undefined) return trimmed(ofUnit);
  const ofUser = absoluteOnly(surroundings.env["XDG_STATE_HOME"]);
  return join(ofUser ?? join(surroundings.home, ".local/state"), FOLDER);
}

/** Where a daemon started here listens: the first rule that applies. `named` is `MODEL_MANAGER_SOCKET` or its flag. */
export function daemonSocket(surroundings: PathSurroundings, stateDir: string, named = surroundings.env["MODEL_MANAGER_SOCKET"]): string {
  const own = given(named);
  if (own !== undefined) return absolutePath(own, surroundings);
  return runtimeSockets(surroundings)[0] ?? (surroundings.uid === 0 ? systemSocket : stateSocket(stateDir));
}

/** Where a client looks for a daemon, in this order. A named socket is the only one. */
export function socketCandidates(
  surroundings: PathSurroundings,
  stateDir: string,
  named = surroundings.env["MODEL_MANAGER_SOCKET"],
): readonly string[] {
  const own = given(named);
  if (own !== undefined) return [absolutePath(own, surroundings)];
  return [...new Set([...runtimeSockets(surroundings), systemSocket, stateSocket(stateDir)])];
}

/** What is wrong with a socket path; undefined when it can be listened on and connected to. */
export function socketPathFault(path: string): string | undefined {
  const bytes = utf8Bytes(path);
  if (bytes <= SOCKET_PATH_BYTES) return undefined;
  return `the socket path ${path} has ${bytes} bytes, a Unix socket allows ${SOCKET_PATH_BYTES}; set MODEL_MANAGER_SOCKET to a shorter one`;
}

const systemSocket = `/run/${FOLDER}/${SOCKET_FILE}`;

function stateSocket(stateDir: string): string {
  return join(stateDir, `run/${SOCKET_FILE}`);
}

function runtimeSockets({ env }: PathSurroundings): string[] {
  const ofUnit = absoluteOnly(env["RUNTIME_DIRECTORY"]?.split(":")[0]);
  const ofUser = absoluteOnly(env["XDG_RUNTIME_DIR"]);
  return [
    ...(ofUnit === undefined ? [] : [join(ofUnit, SOCKET_FILE)]),
    ...(ofUser === undefined ? [] : [join(ofUser, `${FOLDER}/${SOCKET_FILE}`)]),
  ];
}

/** A text of nothing but blanks is not given: `NAME=` in an environment file means that. */
function given(text: string | undefined): string | undefined {
  const words = text?.trim();
  return words === "" ? undefined : words;
}

/** The XDG base directory specification: a relative path in its variables is to be ignored. */
function absoluteOnly(path: string | undefined): string | undefined {
  return path?.startsWith("/") === true ? path : undefined;
}

function join(folder: string, name: string): string {
  return `${folder.replace(/\/+$/, "")}/${trimmed(name)}`;
}

function trimmed(path: string): string {
  return path.replace(/(?<=[^/])\/+$/, "");
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
