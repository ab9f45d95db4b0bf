// All keys: for each command the keys, what it does, and where it works. The help screen and the footer are drawn from this.

import type { OperationName } from "../../shared/contract/operations.ts";

/** Where the user is; decides what a key means. */
export const PLACES = [
  "sources",
  "groups",
  "lines",
  "live_at",
  "ic",
  "training",
  "model",
  "factors",
  "info",
  "versions",
  "files",
  "history",
  "filter",
  "sort",
  "time",
  "until",
  "help",
  "confirm",
  "reason",
  "move",
  "register",
  "remove",
  "small",
] as const;
export type Place = (typeof PLACES)[number];

/** Commands that the user can give. */
export const COMMANDS = [
  "up",
  "down",
  "page_up",
  "page_down",
  "top",
  "bottom",
  "open",
  "step_in",
  "back",
  "out",
  "filter",
  "sort",
  "next_tab",
  "previous_tab",
  "tab_ic",
  "tab_training",
  "tab_model",
  "tab_factors",
  "tab_info",
  "tab_versions",
  "tab_files",
  "tab_history",
  "lines",
  "promote",
  "rollback",
  "paper",
  "activate",
  "resume",
  "archive",
  "restage",
  "fail",
  "live_at",
  "type_time",
  "compare_times",
  "now",
  "earlier_hour",
  "later_hour",
  "earlier_day",
  "later_day",
  "order",
  "metric",
  "measure",
  "log",
  "charset",
  "refresh",
  "register",
  "remove",
  "demo",
  "help",
  "quit",
  "interrupt",
  "suspend",
  "accept",
  "cancel",
  "yes",
  "no",
  "next_field",
  "erase",
  "clear_text",
] as const;
export type Command = (typeof COMMANDS)[number];

export interface KeyEntry {
  /** Key ids of the splitter. The first is the one that is shown. */
  readonly keys: readonly string[];
  readonly help: string;
  readonly when: readonly Place[];
  /** The operation it asks for: without its scope the command is shown grey, with the reason. */
  readonly operation?: OperationName;
  /** A short word for the footer; without one it is only in the help. */
  readonly hint?: string;
}

const TABS = ["ic", "training", "model", "factors", "info", "versions", "files", "history"] as const satisfies readonly Place[];
const LISTS = ["sources", "groups", "lines", "versions"] as const satisfies readonly Place[];
/** Where a line is selected or open. */
const LINES = ["groups", "lines", ...TABS] as const satisfies readonly Place[];
const BROWSING = ["sources", "live_at", ...LINES] as const satisfies readonly Place[];
const TYPING = ["filter", "time", "until", "reason", "move", "register", "remove"] as const satisfies readonly Place[];
const FORMS = ["time", "until", "reason", "move", "register", "remove"] as const satisfies readonly Place[];

export const KEYMAP: Readonly<Record<Command, KeyEntry>> = {
  open: { keys: ["enter", "l"], help: "open what is selected", when: ["sources", "groups", "lines", "live_at"], hint: "open" },
  step_in: { keys: ["right"], help: "open what is selected", when: ["sources", "groups", "lines"] },
  back: { keys: ["esc", "backspace"], help: "dismiss the message, clear the filter, or go back", when: BROWSING, hint: "back" },
  out: { keys: ["h", "left"], help: "back to the sources", when: ["groups", "lines"] },
  up: { keys: ["k", "up"], help: "one line up", when: [...BROWSING, "help"] },
  down: { keys: ["j", "down"], help: "one line down", when: [...BROWSING, "help"] },
  page_up: { keys: ["pgup", "ctrl-b", "ctrl-u"], help: "one page up", when: [...BROWSING, "help"] },
  page_down: { keys: ["pgdn", "ctrl-f", "ctrl-d", " "], help: "one page down", when: [...BROWSING, "help"] },
  top: { keys: ["g", "home"], help: "first line", when: [...BROWSING, "help"] },
  bottom: { keys: ["G", "end"], help: "last line", when: [...BROWSING, "help"] },
  filter: {
    keys: ["/"],
    help: "filter: words that must all occur, !word that must not; esc clears",
    when: ["sources", "groups", "lines", "live_at", "ic", "factors"],
    hint: "filter",
  },
  sort: {
    keys: ["s"],
    help: "sort: s, then a column's letter, or s again for the next column; the same column again turns the order round",
    when: LISTS,
    hint: "sort",
  },
  next_tab: { keys: ["]", "right", "l", "tab"], help: "next tab", when: TABS },
  previous_tab: { keys: ["[", "left", "h", "shift-tab"], help: "previous tab", when: TABS },
  tab_ic: { keys: ["1"], help: "IC of each factor", when: TABS },
  tab_training: { keys: ["2"], help: "training curves", when: TABS },
  tab_model: { keys: ["3"], help: "the model: importance, parameters, pickle, golden state", when: TABS },
  tab_factors: { keys: ["4"], help: "factors by input position", when: TABS },
  tab_info: { keys: ["5"], help: "what the files say about the training", when: TABS },
  tab_versions: { keys: ["6"], help: "versions and their moves", when: TABS },
  tab_files: { keys: ["7"], help: "files", when: TABS },
  tab_history: { keys: ["8"], help: "every move, with its gates", when: TABS },
  lines: {
    keys: ["v"],
    help: "lines of every namespace: registry, strategy, tech and all sources",
    when: ["sources", "groups"],
    hint: "lines",
  },
  live_at: { keys: ["T"], help: "what was live at a time, and who had loaded it", when: ["sources", ...LINES], hint: "at time" },
  order: { keys: ["t"], help: "IC: order by signed tau or by |tau|", when: ["ic"], hint: "|tau|" },
  metric: { keys: ["m"], help: "training: next metric", when: ["training"], hint: "metric" },
  measure: { keys: ["m"], help: "model: next measure of importance", when: ["model"], hint: "measure" },
  log: { keys: ["L"], help: "training: logarithmic y axis on or off", when: ["training"], hint: "log y" },
  promote: {
    keys: ["p"],
    help: "promote: make a staged version live after its gates, and unpin (asks for the line's name)",
    when: LINES,
    operation: "line.promote",
    hint: "promote",
  },
  rollback: {
    keys: ["b"],
    help: "roll back to the version that was live before, or to the archived one under the cursor (asks for the line's name)",
    when: LINES,
    operation: "line.rollback",
    hint: "roll back",
  },
  activate: {
    keys: ["a"],
    help: "activate: make a version live without gates and pin it (asks for the line's name)",
    when: LINES,
    operation: "line.activate",
    hint: "activate",
  },
  resume: {
    keys: ["u"],
    help: "resume: unpin, and follow the files on disk again (asks first)",
    when: LINES,
    operation: "line.resume",
    hint: "resume",
  },
  archive: { keys: ["z"], help: "archive: put a staged version away", when: ["versions"], operation: "version.archive" },
  restage: { keys: ["e"], help: "restage: bring an archived version back to staged", when: ["versions"], operation: "version.restage" },
  fail: { keys: ["x"], help: "mark a version as failed, for good (asks first)", when: ["versions"], operation: "version.fail" },
  paper: {
    keys: ["t"],
    help: "start or stop paper trading (testing) of a staged version",
    when: ["versions"],
    operation: "paper.start",
    hint: "testing",
  },
  earlier_hour: { keys: ["left", "h"], help: "an hour earlier", when: ["live_at"], hint: "hour" },
  later_hour: { keys: ["right"], help: "an hour later", when: ["live_at"] },
  earlier_day: { keys: ["[", "shift-left"], help: "a day earlier", when: ["live_at"], hint: "day" },
  later_day: { keys: ["]", "shift-right"], help: "a day later", when: ["live_at"] },
  type_time: {
    keys: ["t"],
    help: "type a time, UTC without a zone: 2026-01-05 09:30, 2026-01-05 or 09:30",
    when: ["live_at"],
    hint: "time",
  },
  compare_times: { keys: ["d"], help: "type a second time: what differs between the two", when: ["live_at"], hint: "diff" },
  now: { keys: ["n"], help: "back to now", when: ["live_at"] },
  refresh: {
    keys: ["r"],
    help: "look at the files now; lists without files are fetched again",
    when: BROWSING,
    operation: "refresh",
    hint: "refresh",
  },
  register: { keys: ["n"], help: "register a directory of models", when: ["sources"], operation: "source.add", hint: "new" },
  remove: { keys: ["d"], help: "remove a source (asks for its name)", when: ["sources"], operation: "source.remove", hint: "remove" },
  demo: { keys: ["x"], help: "load the demo models (only while there is no source)", when: ["sources"], operation: "source.add" },
  charset: { keys: ["C"], help: "draw with braille dots, blocks or ASCII", when: BROWSING },
  yes: { keys: ["y"], help: "yes, do it", when: ["confirm"] },
  no: { keys: ["n", "enter", "esc", "q"], help: "no (the default)", when: ["confirm"] },
  next_field: { keys: ["tab", "shift-tab", "down", "up"], help: "next field", when: ["confirm", "reason", "move", "register"] },
  accept: { keys: ["enter"], help: "done", when: TYPING },
  cancel: { keys: ["esc"], help: "leave without doing it", when: [...TYPING, "sort", "help"] },
  erase: { keys: ["backspace"], help: "erase one character", when: TYPING },
  clear_text: { keys: ["ctrl-u"], help: "erase the whole text", when: [...FORMS, "filter"] },
  help: { keys: ["?"], help: "this help", when: [...BROWSING, "help"], hint: "help" },
  quit: { keys: ["q"], help: "quit", when: [...BROWSING, "help", "small"], hint: "quit" },
  interrupt: { keys: ["ctrl-c"], help: "quit at once", when: PLACES },
  suspend: { keys: ["ctrl-z"], help: "back to the shell; its fg returns here", when: PLACES },
};

/** The command of a key in a place; undefined when it has none there. */
export function matchKey(place: Place, keyId: string): Command | undefined {
  return COMMANDS.find((command) => KEYMAP[command].when.includes(place) && KEYMAP[command].keys.includes(keyId));
}

/** True when typed characters go into a text in this place. */
export function isTypingPlace(place: Place): boolean {
  return (TYPING as readonly Place[]).includes(place);
}

/** True where lists and tabs are browsed. */
export function isBrowsing(place: Place): boolean {
  return (BROWSING as readonly Place[]).includes(place);
}

const KEY_NAMES: Readonly<Record<string, string>> = { " ": "space", up: "up", pgup: "PgUp", pgdn: "PgDn", esc: "esc", enter: "enter" };

/** The keys of a command as they are shown. */
export function keyNames(command: Command): string {
  return KEYMAP[command].keys.map((key) => KEY_NAMES[key] ?? key).join(" ");
}
