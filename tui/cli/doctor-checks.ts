// The checks of `doctor` that need no daemon: the runtime, the socket, the ports, the unit, the trainers.

import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import type { CheckView } from "../../shared/contract/service-operations.ts";
import { socketPathFault } from "../../shared/domain/paths.ts";
import type { CliHost } from "./host.ts";
import { servicePlaces, type ServicePlaces } from "./service-files.ts";
import { runProgram } from "./service-system.ts";

/** Oldest Node that runs both programs, as the launchers have it. */
const NEEDED_NODE = [24, 7] as const;
/** Ports of a daemon without settings. */
export const DEFAULT_PORTS = { MODEL_MANAGER_GRPC_PORT: 50_061, MODEL_MANAGER_HTTP_PORT: 8788 } as const;

type State = CheckView["state"];
const check = (name: string, state: State, detail: string, mend = ""): CheckView => ({ name, state, detail, mend });

/** The Node under this program. */
export function checkNode(version = process.version): CheckView {
  const [major = 0, minor = 0] = version.replace("v", "").split(".").map(Number);
  const isNew = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  if (isNew) return check("node", "ok", `${version} (${process.execPath})`);
  return check("node", "fail", `${version}; ${NEEDED_NODE.join(".")} or newer is needed`, "npm ci (on Linux it brings one)");
}

/** The socket that answered: its path and who may open it. */
export function checkSocket(socketPath: string, principal: string, scopes: readonly string[]): CheckView {
  const { mode, uid } = statSync(socketPath);
  const rights = `mode ${(mode & 0o777).toString(8)}, owner ${uid}; you are ${principal} with ${scopes.join(", ")}`;
  const fault = socketPathFault(socketPath);
  if (fault !== undefined) return check("socket", "warn", fault);
  return check("socket", "ok", `${socketPath}, ${rights}`);
}

/** Ports that a daemon started here would want, when none answers. */
export async function checkPorts(host: CliHost): Promise<readonly CheckView[]> {
  return Promise.all(
    Object.entries(DEFAULT_PORTS).map(async ([variable, usual]) => {
      const port = Number(host.env[variable] ?? "") || usual;
      const name = `port ${port}`;
      const fault = await bindFault(port);
      if (fault === "") return check(name, "ok", "free");
      const mend = `find out who has it: ss -ltnp 'sport = :${port}'; or set ${variable} to another`;
      return check(name, "fail", `not to be had (${fault}), and no daemon answers`, mend);
    }),
  );
}

async function bindFault(port: number): Promise<string> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: "127.0.0.1", port, exclusive: true }, resolve);
    });
    await new Promise((resolve) => server.close(resolve));
    return "";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : String(error);
  }
}

/** The system's unit and the user's. */
export function checkUnits(host: CliHost): CheckView {
  const units = [false, true].map((isUser) => servicePlaces({ isUser, root: "", home: host.home, env: host.env }));
  const there = units.filter(({ unit }) => existsSync(unit));
  if (there.length === 0) {
    return check("service", "info", "no systemd unit is installed", "to have one: sudo model-manager service install (or --user)");
  }
  const broken = there.flatMap((places) => missingProgram(places));
  if (broken.length > 0) return check("service", "fail", broken.join("; "), "model-manager service install --replace");
  return check("service", "ok", there.map(({ unit }) => unit).join(", "));
}

/** A unit whose program has moved away starts nothing. */
function missingProgram({ unit }: ServicePlaces): readonly string[] {
  const start = /^ExecStart=(.*)$/m.exec(readFileSync(unit, "utf8"))?.[1] ?? "";
  const words = start.match(/"[^"]*"|\S+/g) ?? [];
  return words
    .map((word) => word.replaceAll('"', "").replaceAll("%%", "%"))
    .filter((word) => path.isAbsolute(word) && !existsSync(word))
    .map((word) => `${unit} names ${word}, which is missing`);
}

const PYTHON_PROBE = `import importlib.util, sys
print(sys.version.split()[0], *[m for m in ("xgboost", "catboost") if importlib.util.find_spec(m)])`;

/** Programs that only training needs: what is missing is no fault. */
export async function checkTrainers(host: CliHost): Promise<readonly CheckView[]> {
  const [python, libraries] = await Promise.all([runProgram(host, "python3", ["-c", PYTHON_PROBE]), runProgram(host, "ldconfig", ["-p"])]);
  const [version = "", ...modules] = python.code === 0 ? python.text.split(" ") : [];
  const hasLibrary = libraries.text.includes("libxgboost.so") || modules.includes("xgboost");
  return [
    version === ""
      ? check("python", "info", "no python3 (only CatBoost training needs it)", "apt-get install python3")
      : check(
          "python",
          "ok",
          `${version}${modules.includes("catboost") ? " with catboost" : ", without catboost (only training needs it)"}`,
        ),
    hasLibrary
      ? check("libxgboost", "ok", "installed")
      : check("libxgboost", "info", "not installed (only training needs it)", "pip install xgboost"),
  ];
}
