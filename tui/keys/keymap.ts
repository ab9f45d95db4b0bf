// All keys: for each command the keys, what it does, and where it works. The help screen and the footer are drawn from this.

import type { OperationName } from "../../shared/contract/operations.ts";

/** Where the user is; decides what a key means. */
export const PLACES = [
  "sources",
  "groups",
  "ic",
  "training",
  "model",
  "factors",
  "info",
  "versions",
  "files",
  "filter",
  "sort",
  "help",
  "confirm",
  "reason",
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
  "order",
  "metric",
  "measure",
  "log",
  "charset",
  "refresh",
  "activate",
  "resume",
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

const TABS = ["ic", "training", "model", "factors", "info", "versions", "files"] as const satisfies readonly Place[];
const LISTS = ["sources", "groups", "versions"] as const satisfies readonly Place[];
const BROWSING = ["sources", "groups", ...TABS] as const satisfies readonly Place[];
const TYPING = ["filter", "reason", "register", "remove"] as const satisfies readonly Place[];
const FORMS = ["reason", "register", "remove"] as const satisfies readonly Place[];

export const KEYMAP: Readonly<Record<Command, KeyEntry>> = {
  open: { keys: ["enter", "l", "right"], help: "open what is selected", when: ["sources", "groups"], hint: "open" },
  back: { keys: ["esc", "backspace"], help: "dismiss the message, clear the filter, or go back", when: BROWSING, hint: "back" },
  out: { keys: ["h", "left"], help: "back to the sources", when: ["groups"] },
  up: { keys: ["k", "up"], help: "one line up", when: [...BROWSING, "help"] },
  down: { keys: ["j", "down"], help: "one line down", when: [...BROWSING, "help"] },
  page_up: { keys: ["pgup", "ctrl-b", "ctrl-u"], help: "one page up", when: [...BROWSING, "help"] },
  page_down: { keys: ["pgdn", "ctrl-f", "ctrl-d", " "], help: "one page down", when: [...BROWSING, "help"] },
  top: { keys: ["g", "home"], help: "first line", when: [...BROWSING, "help"] },
  bottom: { keys: ["G", "end"], help: "last line", when: [...BROWSING, "help"] },
  filter: {
    keys: ["/"],
    help: "filter: words that must all occur, !word that must not; esc clears",
    when: ["sources", "groups", "ic", "factors"],
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
  order: { keys: ["t"], help: "IC: order by signed tau or by |tau|", when: ["ic"], hint: "|tau|" },
  metric: { keys: ["m"], help: "training: next metric", when: ["training"], hint: "metric" },
  measure: { keys: ["m"], help: "model: next measure of importance", when: ["model"], hint: "measure" },
  log: { keys: ["L"], help: "training: logarithmic y axis on or off", when: ["training"], hint: "log y" },
  activate: {
    keys: ["a"],
    help: "activate: make a version live and pin it (asks first)",
    when: ["groups", ...TABS],
    operation: "line.activate",
    hint: "activate",
  },
  resume: {
    keys: ["u"],
    help: "resume: unpin, and follow the files on disk again (asks first)",
    when: ["groups", ...TABS],
    operation: "line.resume",
    hint: "resume",
  },
  refresh: { keys: ["r"], help: "look at the files now", when: BROWSING, operation: "refresh", hint: "refresh" },
  register: { keys: ["n"], help: "register a directory of models", when: ["sources"], operation: "source.add", hint: "new" },
  remove: { keys: ["d"], help: "remove a source (asks for its name)", when: ["sources"], operation: "source.remove", hint: "remove" },
  demo: { keys: ["x"], help: "load the demo models (only while there is no source)", when: ["sources"], operation: "source.add" },
  charset: { keys: ["C"], help: "draw with braille dots, blocks or ASCII", when: BROWSING },
  yes: { keys: ["y"], help: "yes, do it", when: ["confirm"] },
  no: { keys: ["n", "enter", "esc", "q"], help: "no (the default)", when: ["confirm"] },
  next_field: { keys: ["tab", "shift-tab", "down", "up"], help: "next field", when: ["confirm", "reason", "register"] },
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
