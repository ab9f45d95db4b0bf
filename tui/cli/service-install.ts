// Puts the service in place, and takes away again what it has put there.

import { existsSync, statSync } from "node:fs";
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { marked, ownership, SERVICE_USER, SOCKET_UNIT, socketUnitFor, UNIT, unitFor, type ServicePlaces } from "./service-files.ts";
import type { ServiceSystem } from "./service-system.ts";
import { writeWhole } from "./whole-file.ts";

/** What an installation or removal came to, in words for the person. */
export interface ServiceReport {
  readonly done: readonly string[];
  /** Commands that are left to do, or things to know. */
  readonly left: readonly string[];
  /** True when a command of systemd failed; it is among `left`. */
  readonly failed: boolean;
}

/** How to install. */
export interface InstallOptions {
  readonly places: ServicePlaces;
  readonly packageRoot: string;
  readonly node: string;
  readonly withSocket: boolean;
  /** Write over a unit that is not ours or was changed by hand. */
  readonly replace: boolean;
  readonly system: ServiceSystem;
}

/** Writes unit and settings and enables the unit where systemd runs. Rejects with an Error that names the file and what to do. */
export async function installService(options: InstallOptions): Promise<ServiceReport> {
  const { places, packageRoot, node, withSocket, replace } = options;
  const bundle = path.join(packageRoot, "dist/model-managerd.js");
  if (!existsSync(bundle)) throw new Error(`${bundle} is missing; run \`npm run build\` in ${packageRoot} first`);
  const shipped = (name: string): Promise<string> => readFile(path.join(packageRoot, "systemd", name), "utf8");
  const done: string[] = [];
  const unit = unitFor(await shipped(places.isUser ? `user/${UNIT}` : UNIT), { node, bundle });
  done.push(await putUnit(places.unit, unit, replace));
  done.push(await putSettings(places, await shipped("model-manager.env.example")));
  if (withSocket) {
    const socket = socketUnitFor(await shipped(SOCKET_UNIT), await readFile(places.envFile, "utf8"));
    done.push(await putUnit(places.socketUnit, socket, replace));
  }
  const started = await enable(options, [UNIT, ...(withSocket ? [SOCKET_UNIT] : [])]);
  return { done: [...done, ...started.done], left: [...started.left, ...warnings(options)], failed: started.failed };
}

async function putUnit(file: string, text: string, replace: boolean): Promise<string> {
  const there = await readIfThere(file);
  const whole = marked(text);
  if (there === whole) return `${file} is as it should be`;
  const owner = there === undefined ? "ours" : ownership(there);
  if (owner !== "ours" && !replace) {
    const why = owner === "foreign" ? "was not written by this program" : "was changed by hand (changes belong in a drop-in)";
    throw new Error(`${file} ${why}; move it away, or write over it with --replace`);
  }
  await mkdir(path.dirname(file), { recursive: true });
  await writeWhole(file, [whole], 0o644);
  return `wrote ${file}`;
}

/** An operator's settings are never touched. */
async function putSettings(places: ServicePlaces, example: string): Promise<string> {
  if (existsSync(places.envFile)) return `kept the settings in ${places.envFile}`;
  await mkdir(path.dirname(places.envFile), { recursive: true });
  await writeWhole(places.envFile, [example], 0o640);
  await chmod(places.envFile, 0o640);
  return `wrote ${places.envFile}, where every setting has its default`;
}

/** The commands that bring the unit to life, done where that is possible. */
async function enable({ places, system }: InstallOptions, units: readonly string[]): Promise<ServiceReport> {
  const scope = places.isUser ? ["--user"] : [];
  const needsUser = !places.isUser && !(await system.hasUser(SERVICE_USER));
  const steps: readonly (readonly string[])[] = [
    ...(needsUser ? [["useradd", "--system", "--home-dir", "/var/lib/model-manager", "--shell", "/usr/sbin/nologin", SERVICE_USER]] : []),
    ["systemctl", ...scope, "daemon-reload"],
    // Sockets first: a service that runs already would hold the port.
    ["systemctl", ...scope, "enable", "--now", ...units.toReversed()],
  ];
  const words = steps.map((step) => step.join(" "));
  if (places.root !== "") return { done: [], left: [`staged below ${places.root}; on the machine itself:`, ...words], failed: false };
  if (!system.isBooted) return { done: [], left: ["systemd does not run here; where it does:", ...words], failed: false };
  const wasRunning = (await system.run("systemctl", [...scope, "is-active", UNIT])).code === 0;
  const done: string[] = [];
  for (const [at, [program = "", ...args]] of steps.entries()) {
    const { code, text } = await system.run(program, args);
    if (code !== 0) {
      const why = `failed: ${words[at] ?? ""}${text === "" ? "" : ` (${text})`}; then:`;
      return { done, left: [why, ...words.slice(at)], failed: true };
    }
    done.push(words[at] ?? "");
  }
  const restart = ["systemctl", ...scope, "restart", UNIT].join(" ");
  return { done, left: wasRunning ? [`it was running already; to run what was installed now: ${restart}`] : [], failed: false };
}

/** What keeps a unit from starting although everything was written. */
function warnings({ places, packageRoot, node }: InstallOptions): readonly string[] {
  if (places.isUser) return ["to let it run while you are logged out: loginctl enable-linger"];
  return [packageRoot, node].flatMap((file) => {
    const closed = closedFolder(file);
    return closed === undefined
      ? []
      : [`${closed} is closed to the user ${SERVICE_USER}: put the program elsewhere (/opt/model-manager), or set User= in a drop-in`];
  });
}

/** The first folder on the way to a file that others may not enter. */
function closedFolder(file: string): string | undefined {
  const parts = path.dirname(path.join(file, "x")).split("/");
  const folders = parts.map((_part, at) => parts.slice(0, at + 1).join("/") || "/");
  return folders.find((folder) => {
    const found = statSync(folder, { throwIfNoEntry: false });
    return found?.isDirectory() === true && (found.mode & 0o001) === 0;
  });
}

/** Stops and removes what `installService` wrote; settings that were changed, the state and the user stay. */
export async function uninstallService(
  places: ServicePlaces,
  example: string,
  system: ServiceSystem,
  force: boolean,
): Promise<ServiceReport> {
  const done: string[] = [];
  const left: string[] = [];
  let failed = false;
  const files = [places.socketUnit, places.unit].filter((file) => existsSync(file));
  const foreign: string[] = [];
  for (const file of files) if (!force && ownership(await readFile(file, "utf8")) !== "ours") foreign.push(file);
  if (foreign.length > 0) {
    throw new Error(`${foreign.join(" and ")}: not as this program wrote it; remove it yourself, or with --force. Nothing was changed`);
  }
  if (files.length === 0) left.push(`${places.unit} is not there; nothing to remove`);
  const scope = places.isUser ? ["--user"] : [];
  const systemctl = async (...args: readonly string[]): Promise<void> => {
    if (places.root !== "" || !system.isBooted || files.length === 0) return;
    const { code, text } = await system.run("systemctl", [...scope, ...args]);
    const words = ["systemctl", ...scope, ...args].join(" ");
    failed ||= code !== 0;
    if (code === 0) done.push(words);
    else left.push(`failed: ${words}${text === "" ? "" : ` (${text})`}`);
  };
  await systemctl("disable", "--now", ...files.map((file) => path.basename(file)));
  for (const file of files) {
    await rm(file);
    done.push(`removed ${file}`);
  }
  await systemctl("daemon-reload");
  const settings = await readIfThere(places.envFile);
  if (settings === example) {
    await rm(places.envFile);
    done.push(`removed ${places.envFile}, which nobody had changed`);
  } else if (settings !== undefined) left.push(`your settings stay in ${places.envFile}`);
  left.push(
    places.isUser
      ? "the catalog stays in ~/.local/state/model-manager"
      : `the catalog in /var/lib/model-manager and the user ${SERVICE_USER} stay`,
  );
  return { done, left, failed };
}

async function readIfThere(file: string): Promise<string | undefined> {
  return existsSync(file) ? readFile(file, "utf8") : undefined;
}
