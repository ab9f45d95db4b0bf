// The lines of the help screen, made from the keymap: what works here first, the rest below.

import { COMMANDS, KEYMAP, keyNames, type Command, type Place } from "./keymap.ts";

/** A heading, or one command. */
export type HelpEntry = { readonly heading: string } | { readonly command: Command; readonly keys: string; readonly help: string };

const PLACE_NAMES: Readonly<Record<Place, string>> = {
  sources: "sources",
  groups: "groups",
  lines: "lines",
  live_at: "at a time",
  ic: "IC",
  training: "training",
  model: "model",
  factors: "factors",
  info: "info",
  versions: "versions",
  files: "files",
  history: "history",
  filter: "while filtering",
  sort: "while sorting",
  time: "typing a time",
  until: "typing a second time",
  help: "help",
  confirm: "in a confirmation",
  reason: "typing a reason",
  move: "in the dialog of a move",
  register: "registering",
  remove: "removing",
  small: "small screen",
};

function entry(command: Command): HelpEntry {
  return { command, keys: keyNames(command), help: KEYMAP[command].help };
}

/** Every command once: those of `here`, then the others with the places they belong to. */
export function helpEntries(here: Place): readonly HelpEntry[] {
  const isHere = (command: Command): boolean => KEYMAP[command].when.includes(here);
  const elsewhere = COMMANDS.filter((command) => !isHere(command));
  return [
    { heading: `keys here (${PLACE_NAMES[here]})` },
    ...COMMANDS.filter(isHere).map(entry),
    { heading: "keys elsewhere" },
    ...elsewhere.map((command) => ({ command, keys: keyNames(command), help: `${KEYMAP[command].help} (${placeNames(command)})` })),
  ];
}

function placeNames(command: Command): string {
  const { when } = KEYMAP[command];
  return when.length > 3
    ? `${when
        .slice(0, 3)
        .map((place) => PLACE_NAMES[place])
        .join(", ")}, ...`
    : when.map((place) => PLACE_NAMES[place]).join(", ");
}
