// `service install|uninstall|status`: the daemon under systemd, as the system's service or as one of this user.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { absolutePath } from "../../shared/domain/paths.ts";
import { shortTime } from "../format/times.ts";
import type { Command, Given, OptionSpec } from "./command.ts";
import type { CliContext } from "./context.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { ownership, servicePlaces, UNIT, type ServicePlaces } from "./service-files.ts";
import { installService, uninstallService, type ServiceReport } from "./service-install.ts";
import { openServiceSystem, type ServiceSystem } from "./service-system.ts";
import { printFields } from "./table.ts";

const USER: OptionSpec = { flags: "--user", help: "a service of this user instead of the system's" };
const ROOT: OptionSpec = { flags: "--root <dir>", help: "work below this directory and leave systemd alone: for packages and images" };

function placesOf(context: CliContext, given: Given): ServicePlaces {
  const { host } = context;
  const root = given.option("root");
  return servicePlaces({
    isUser: given.isSet("user"),
    root: root === undefined ? "" : absolutePath(root, host),
    home: host.home,
    env: host.env,
  });
}

/** Only root may write the system's units. */
function requireRights(places: ServicePlaces, system: ServiceSystem, command: string): void {
  if (places.isUser || places.root !== "" || system.isRoot) return;
  throw new Error(`the system's units are root's: sudo model-manager ${command}, or a service of your own with --user`);
}

async function print(context: CliContext, report: ServiceReport): Promise<void> {
  if (context.json) return context.document(report);
  for (const line of report.done) await context.line(line);
  for (const line of report.left) await context.line(context.paint(line, "warn"));
}

/** The Node beside the package, which outlives an update of the package; else the one that runs now. */
function runtime(packageRoot: string): string {
  const beside = path.join(packageRoot, "node_modules/.bin/node");
  return existsSync(beside) ? beside : process.execPath;
}

/** `service install` */
export const SERVICE_INSTALL: Command = {
  words: "service install",
  summary: "run the daemon of this installation under systemd, from now on and after every boot",
  options: [
    USER,
    { flags: "--with-socket", help: "let systemd keep the gRPC port open: calls wait during a restart instead of failing" },
    { flags: "--replace", help: "write over a unit that this program did not write, or that was changed" },
    ROOT,
  ],
  async run(context, given) {
    const places = placesOf(context, given);
    const system = openServiceSystem(context.host);
    requireRights(places, system, "service install");
    const { packageRoot } = context.host;
    const node = runtime(packageRoot);
    const flags = { withSocket: given.isSet("withSocket"), replace: given.isSet("replace") };
    const report = await installService({ places, packageRoot, node, ...flags, system });
    await print(context, report);
    return report.failed ? EXIT.failed : EXIT.done;
  },
};

/** `service uninstall` */
export const SERVICE_UNINSTALL: Command = {
  words: "service uninstall",
  summary: "stop the service and remove what `service install` wrote; settings, catalog and history stay",
  options: [USER, { flags: "--force", help: "remove units that were changed, too" }, ROOT],
  async run(context, given) {
    const places = placesOf(context, given);
    const system = openServiceSystem(context.host);
    requireRights(places, system, "service uninstall");
    const example = readFileSync(path.join(context.host.packageRoot, "systemd/model-manager.env.example"), "utf8");
    const report = await uninstallService(places, example, system, given.isSet("force"));
    await print(context, report);
    return report.failed ? EXIT.failed : EXIT.done;
  },
};

/** What systemd says of the unit, by property. */
async function askSystemd(places: ServicePlaces, system: ServiceSystem): Promise<Readonly<Record<string, string>>> {
  const names = ["LoadState", "UnitFileState", "ActiveState", "SubState", "MainPID", "NRestarts", "StatusText", "Result"];
  const scope = places.isUser ? ["--user"] : [];
  const { code, text } = await system.run("systemctl", [...scope, "show", "-p", names.join(","), UNIT]);
  if (code !== 0) return { error: text };
  return Object.fromEntries(
    text.split("\n").flatMap((line) => (line.includes("=") ? [[line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]] : [])),
  );
}

const FILE_STATES = { ours: "installed", changed: "installed, changed by hand", foreign: "there, not written by this program" } as const;

/** The unit as a file and as systemd knows it. */
async function unitState(places: ServicePlaces, system: ServiceSystem) {
  const text = existsSync(places.unit) ? readFileSync(places.unit, "utf8") : undefined;
  const isAsked = places.root === "" && system.isBooted;
  return {
    unit: places.unit,
    file: text === undefined ? "not installed" : FILE_STATES[ownership(text)],
    systemd: isAsked ? await askSystemd(places, system) : null,
  };
}

async function daemonState(context: CliContext) {
  try {
    const client = await context.client();
    const status = await client.call("status", {}, context.signal);
    return { code: EXIT.done, socket: client.welcome.socketPath, status, fault: "" };
  } catch (error) {
    return { code: exitCodeOf(error), socket: "", status: null, fault: error instanceof Error ? error.message : String(error) };
  }
}

/** `service status`: exit code 0 when the daemon answers, 3 when none does. */
export const SERVICE_STATUS: Command = {
  words: "service status",
  summary: "the unit's state and the daemon's; exit code 0 when the daemon answers",
  options: [USER, ROOT],
  async run(context, given) {
    const system = openServiceSystem(context.host);
    const { unit, file, systemd } = await unitState(placesOf(context, given), system);
    const { code, ...daemon } = await daemonState(context);
    if (context.json) {
      await context.document({ unit: { path: unit, file, systemd }, daemon });
      return code;
    }
    const { status } = daemon;
    const said = (name: string): string => systemd?.[name] ?? "";
    await printFields(context, [
      ["unit", `${unit}: ${file}`, file === "installed" ? "plain" : "warn"],
      [
        "systemd",
        systemd === null
          ? "not asked: it does not run here"
          : (systemd["error"] ??
            `${said("ActiveState")} (${said("SubState")}), ${said("UnitFileState") || "not enabled"}, ${said("NRestarts")} restarts`),
      ],
      ["says", said("StatusText")],
      [
        "daemon",
        status === null
          ? "not reachable"
          : `${status.daemon_version}, pid ${status.pid}, since ${shortTime(status.started_at)}, ${status.ready ? "ready" : "scanning"}`,
        status === null ? "bad" : "good",
      ],
      ["socket", daemon.socket],
    ]);
    if (status === null) await context.remark(daemon.fault);
    return code;
  },
};
