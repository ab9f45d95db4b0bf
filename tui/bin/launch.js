// Starts a bundle of dist/ under the pinned Node, built anew when the sources of a checkout are newer. Plain JavaScript that Node 20 can run.
// daemon/ and tui/ share no code, so this file stands in both bin folders, word for word; a test compares them.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The package's folder. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** The file of dist/ whose time is that of the build. */
export const STAMP = "built";

/** What a build depends on: files, and folders of sources. */
const BUILT_FROM = { files: ["package.json", "package-lock.json"], folders: ["shared", "daemon", "tui"] };

/** Oldest Node that can run the bundles: the first with Argon2 built in. */
const NEEDED = [24, 7];

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, "").split(".").map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

function versionOf(node) {
  try {
    return execFileSync(node, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    // Not a program for this machine: as good as none.
    return "v0.0";
  }
}

/** The Node that npm installed with this package, which may lie in the node_modules of any folder above. */
function findRuntime() {
  for (let folder = root; ; folder = path.dirname(folder)) {
    for (const place of [`node_modules/node-${process.platform}-${process.arch}/bin/node`, "node_modules/.bin/node"]) {
      const node = path.join(folder, place);
      if (existsSync(node) && isNewEnough(versionOf(node))) return node;
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}

function timeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** True when a folder, or a source below it, was changed after `time`. A folder's own time tells of files that were removed. */
function isNewer(folder, time) {
  if (timeOf(folder) > time) return true;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return isNewer(file, time);
    return /\.(ts|tsx|js)$/.test(entry.name) && timeOf(file) > time;
  });
}

/** True when there are sources to build and dist/ is older than they are. */
function isStale() {
  if (!existsSync(path.join(root, "daemon/main.ts"))) return false;
  const built = timeOf(path.join(root, "dist", STAMP));
  if (BUILT_FROM.files.some((file) => timeOf(path.join(root, file)) > built)) return true;
  return BUILT_FROM.folders.some((folder) => isNewer(path.join(root, folder), built));
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Runs this process's script again under another Node, in the foreground, and ends as it ends. */
function runAgain(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: "inherit" });
  const hasTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"]) {
    // A terminal sends Ctrl-C to both of us; a second copy would count as a second Ctrl-C.
    const reachesChild = hasTerminal && (signal === "SIGINT" || signal === "SIGQUIT");
    process.on(signal, () => {
      if (!reachesChild) child.kill(signal);
    });
  }
  child.on("error", (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Builds when the sources of a checkout are newer. A build that cannot be made is fatal only when there is none at all. */
function buildIfStale(bundle) {
  if (!isStale()) return;
  const script = path.join(root, "daemon/bin/build.js");
  // What the build prints must not get into the program's own output.
  const { status } = spawnSync(process.execPath, [script], { stdio: ["ignore", process.stderr.fd, process.stderr.fd] });
  if (status === 0) return;
  if (!existsSync(bundle)) fail("the sources could not be built (reasons above); nothing to start");
  process.stderr.write("the sources are newer than dist/ and could not be built (reasons above); starting what dist/ holds\n");
}

/**
 * Runs dist/<name>.js in this process when its Node is new enough, else under the installed one in a child.
 * @param {string} name
 */
export async function launch(name) {
  if (!isNewEnough(process.version)) {
    const node = findRuntime();
    if (node === undefined) {
      fail(
        `this program needs Node ${NEEDED.join(".")} or newer; this is ${process.version}, and none is installed beside it. ` +
          "Run `npm ci` (on Linux it brings one), or start it with a newer Node",
      );
    }
    // The same file by its real name: the launcher may have been called by a link.
    process.argv[1] = realpathSync(process.argv[1]);
    return runAgain(node);
  }
  const bundle = path.join(root, "dist", `${name}.js`);
  buildIfStale(bundle);
  if (!existsSync(bundle)) fail(`${bundle} is missing; install the package again`);
  await import(pathToFileURL(bundle).href);
}
