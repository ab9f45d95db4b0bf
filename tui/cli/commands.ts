// THE table of commands: one for each operation, or the reason why it has none. Help, parsing and tests derive from it.

import { COMPARE, HISTORY_VERIFY, LINES, OUTCOME, RANK } from "./audit-commands.ts";
import type { Command, CommandTable, NoCommand } from "./command.ts";
import { COMPLETION } from "./completion-command.ts";
import { CONVERT } from "./convert-command.ts";
import { COMPAT_CHECK, DATASET_LIST, DATASET_SET } from "./dataset-commands.ts";
import { DOCTOR } from "./doctor-command.ts";
import { GET } from "./get-command.ts";
import { INSPECT } from "./inspect-command.ts";
import { CURVE, FACTORS, HISTORY, IC, SHOW, VERSIONS } from "./line-commands.ts";
import { LIVE } from "./live-command.ts";
import { LOGS } from "./logs-command.ts";
import { MODEL } from "./model-command.ts";
import { ACTIVATE, RESUME } from "./move-commands.ts";
import { PAPER_START, PAPER_STOP } from "./paper-commands.ts";
import { POLICY_DROP, POLICY_SET, POLICY_SHOW } from "./policy-commands.ts";
import { PREDICT } from "./predict-command.ts";
import { PROMOTE, ROLLBACK } from "./promote-commands.ts";
import { REGISTER } from "./register-command.ts";
import { REGISTRY_COMMANDS } from "./registry-commands.ts";
import { SERVICE_INSTALL, SERVICE_STATUS, SERVICE_UNINSTALL } from "./service-commands.ts";
import { REFRESH, SOURCE_ADD, SOURCE_LIST, SOURCE_REMOVE, SYMBOLS } from "./source-commands.ts";
import { CLIENTS, EVENTS, STATUS } from "./status-commands.ts";
import { ARCHIVE, FAIL, RESTAGE, VALIDATE } from "./status-moves.ts";
import { VERIFY } from "./verify-command.ts";

/** By operation; the order is that of the help. */
export const COMMANDS = {
  status: STATUS,
  doctor: DOCTOR,
  "log.stream": LOGS,
  "event.stream": EVENTS,
  "client.list": CLIENTS,
  "source.add": SOURCE_ADD,
  "source.list": SOURCE_LIST,
  "source.remove": SOURCE_REMOVE,
  "source.progress": { notACommand: "`source add` shows it while it waits" },
  refresh: REFRESH,
  "group.list": SYMBOLS,
  "line.show": SHOW,
  "line.ic": IC,
  "line.curve": CURVE,
  "line.factors": FACTORS,
  "line.model": MODEL,
  "line.versions": VERSIONS,
  "line.history": HISTORY,
  "history.verify": HISTORY_VERIFY,
  "line.list": LINES,
  "version.list": { notACommand: "`registry list` and `versions LINE` show them" },
  "version.rank": RANK,
  "version.compare": COMPARE,
  "registry.register": REGISTER,
  "version.validate": VALIDATE,
  "paper.start": PAPER_START,
  "paper.stop": PAPER_STOP,
  "line.promote": PROMOTE,
  "line.rollback": ROLLBACK,
  "line.activate": ACTIVATE,
  "line.resume": RESUME,
  "version.archive": ARCHIVE,
  "version.restage": RESTAGE,
  "version.fail": FAIL,
  "move.outcome": OUTCOME,
  "policy.show": POLICY_SHOW,
  "policy.set": POLICY_SET,
  "dataset.set": DATASET_SET,
  "dataset.list": DATASET_LIST,
  "compat.check": COMPAT_CHECK,
  "live.list": LIVE,
  "live.at": { notACommand: "`live --at` asks for it" },
  "live.diff": { notACommand: "`live --diff` asks for it" },
  "live.watch": { notACommand: "strategy processes watch by gRPC; `events --follow` tells a person the same" },
  "client.report": { notACommand: "only the program that loads a model can say that it did" },
  "model.get": GET,
  "model.predict": PREDICT,
  "model.render": { notACommand: "`get --for` fetches a model for an XGBoost version" },
  "model.convert": { notACommand: "`get -o FILE` fetches the document and `convert FILE` makes the other format of it" },
  "artifact.inspect": { notACommand: "`model` and `show` tell what a version's files say, `inspect FILE` looks at one of them" },
  "store.verify": VERIFY,
} as const satisfies CommandTable;

/** Commands that ask no daemon, and second commands of an operation. */
export const OTHER_COMMANDS: readonly Command[] = [
  ...[POLICY_DROP, ...REGISTRY_COMMANDS],
  ...[INSPECT, CONVERT, SERVICE_INSTALL, SERVICE_UNINSTALL, SERVICE_STATUS, COMPLETION],
];

/** Every command, in the order of the help. */
export function allCommands(): readonly Command[] {
  return [...Object.values<Command | NoCommand>(COMMANDS).flatMap((row) => ("notACommand" in row ? [] : [row])), ...OTHER_COMMANDS];
}
