// `doctor`: what is there and what is missing, with the command that mends it; exit code 1 when anything fails.

import { AppError } from "../../shared/contract/errors.ts";
import type { CheckView } from "../../shared/contract/service-operations.ts";
import { DaemonGone } from "../client/daemon-client.ts";
import type { Role } from "../format/styled.ts";
import { printable } from "../format/cell-width.ts";
import type { Command } from "./command.ts";
import type { CliContext } from "./context.ts";
import { checkNode, checkPorts, checkSocket, checkTrainers, checkUnits } from "./doctor-checks.ts";
import { EXIT } from "./exit-codes.ts";

const ROLES: Readonly<Record<CheckView["state"], Role>> = { ok: "good", info: "dim", warn: "warn", fail: "bad" };
const STATE_WIDTH = 4;

/** The daemon's own word, or why there is none. */
async function checkDaemon(context: CliContext): Promise<readonly CheckView[]> {
  try {
    const client = await context.client();
    const { daemon, pid, socketPath, principal, scopes } = client.welcome;
    const status = await client.call("status", {}, context.signal);
    const ports = [status.grpc, status.http].filter((address) => address !== null);
    const shown = `${daemon}, pid ${pid}, ${status.ready ? "ready" : "scanning"}; ports ${ports.join(" and ")} are its own`;
    return [
      { name: "daemon", state: status.ready ? "ok" : "info", detail: shown, mend: "" },
      checkSocket(socketPath, principal, scopes),
      ...(await daemonChecks(context)),
    ];
  } catch (error) {
    if (!(error instanceof DaemonGone)) throw error;
    const mend = "systemctl start model-managerd, or `npm start` in a checkout";
    return [{ name: "daemon", state: "fail", detail: error.message.split("\n").join(" "), mend }, ...(await checkPorts(context.host))];
  }
}

async function daemonChecks(context: CliContext): Promise<readonly CheckView[]> {
  try {
    return (await (await context.client()).call("doctor", {}, context.signal)).items;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "forbidden") throw error;
    const mend = "as the daemon's user, root or a member of its admin group: model-manager doctor";
    return [{ name: "inside", state: "info", detail: "what the daemon finds about itself is shown to admins only", mend }];
  }
}

/** `doctor` */
export const DOCTOR: Command = {
  words: "doctor",
  async run(context) {
    const [daemon, trainers] = await Promise.all([checkDaemon(context), checkTrainers(context.host)]);
    const items = [checkNode(), ...daemon, checkUnits(context.host), ...trainers];
    const failed = items.filter(({ state }) => state === "fail").length;
    if (context.json) await context.document({ items, total: items.length });
    else await printChecks(context, items, failed);
    return failed === 0 ? EXIT.done : EXIT.failed;
  },
};

async function printChecks(context: CliContext, items: readonly CheckView[], failed: number): Promise<void> {
  const width = items.reduce((most, { name }) => Math.max(most, name.length), 0);
  for (const { name, state, detail, mend } of items) {
    const label = context.paint(state.padEnd(STATE_WIDTH), ROLES[state]);
    await context.line(`${label}  ${printable(name).padEnd(width)}  ${printable(detail)}`);
    if (mend !== "") await context.line(`${" ".repeat(STATE_WIDTH + width + 4)}-> ${printable(mend)}`);
  }
  await context.line(failed === 0 ? "nothing fails" : `${failed} of ${items.length} checks fail`);
}
