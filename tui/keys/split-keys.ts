// Turns the bytes of a terminal into single keys, however they were cut or run together on the way.

/** One key press. `id` names it (`j`, `enter`, `ctrl-c`, `pgup`, `paste`); `text` is what it types, empty for none. */
export interface Key {
  readonly id: string;
  readonly text: string;
}

/** Something incomplete that only time can decide: an ESC that may be a key, a sequence or a paste without its end. */
export type Held = "nothing" | "escape" | "sequence" | "paste";

/** Bytes in, keys out; keeps what is not complete yet. */
export interface KeySplitter {
  push(bytes: Uint8Array | string): Key[];
  /** Ends the wait for the rest: a lone ESC becomes `esc`, a torn sequence is dropped, a paste is given as far as it came. */
  flush(): Key[];
  readonly held: Held;
}

const ESC = "\u001b";
const PASTE_START = `${ESC}[200~`;
const PASTE_END = `${ESC}[201~`;
/** A terminal's reply is short; a longer one is a fault on the line and is dropped. */
const REPLY_LIMIT = 4096;
/** A paste longer than this is given up to the place reached. */
const PASTE_LIMIT = 1024 * 1024;

const CSI_LETTERS: Readonly<Record<string, string>> = { A: "up", B: "down", C: "right", D: "left", H: "home", F: "end", Z: "shift-tab" };
const CSI_NUMBERS: Readonly<Record<string, string>> = {
  "1": "home",
  "2": "insert",
  "3": "delete",
  "4": "end",
  "5": "pgup",
  "6": "pgdn",
  "7": "home",
  "8": "end",
};
const CODE_POINTS: Readonly<Record<string, string>> = { "9": "tab", "13": "enter", "27": "esc", "127": "backspace" };
const MODIFIERS: Readonly<Record<string, string>> = { "2": "shift-", "3": "alt-", "5": "ctrl-" };
const CONTROLS: Readonly<Record<string, string>> = { "\r": "enter", "\n": "enter", "\t": "tab", "\u007f": "backspace", "\b": "backspace" };

/** What was read at one place: where reading goes on, and the key if it makes one. `undefined` = more is needed. */
type Reading = { readonly next: number; readonly key?: Key } | undefined;

/** Makes a splitter. Keys never depend on how the bytes were cut. */
export function createKeySplitter(): KeySplitter {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let held = "";

  const drain = (): Key[] => {
    const keys: Key[] = [];
    let at = 0;
    while (at < held.length) {
      const reading = readKey(held, at);
      if (reading === undefined) break;
      if (reading.key !== undefined) keys.push(reading.key);
      at = reading.next;
    }
    held = held.slice(at);
    return keys;
  };

  return {
    push: (bytes) => {
      held += typeof bytes === "string" ? bytes : decoder.decode(bytes, { stream: true });
      return drain();
    },
    flush: () => {
      const torn = held;
      held = "";
      if (torn === ESC) return [{ id: "esc", text: "" }];
      return torn.startsWith(PASTE_START) ? [{ id: "paste", text: torn.slice(PASTE_START.length) }] : [];
    },
    get held() {
      if (held.startsWith(PASTE_START)) return "paste";
      return held === "" ? "nothing" : held === ESC ? "escape" : "sequence";
    },
  };
}

function readKey(text: string, at: number): Reading {
  const first = text[at];
  if (first === ESC) return readEscape(text, at);
  const point = text.codePointAt(at) ?? 0;
  const character = String.fromCodePoint(point);
  const next = at + character.length;
  const control = CONTROLS[character];
  if (control !== undefined) return { next, key: { id: control, text: "" } };
  if (point >= 1 && point <= 26) return { next, key: { id: `ctrl-${String.fromCharCode(96 + point)}`, text: "" } };
  // Other controls, C1 included, type nothing.
  if (point < 32 || (point >= 0x80 && point < 0xa0)) return { next };
  return { next, key: { id: character, text: character } };
}

function readEscape(text: string, at: number): Reading {
  const second = text[at + 1];
  if (second === undefined) return undefined;
  if (second === "[") return readCsi(text, at);
  if (second === "O") {
    const letter = text[at + 2];
    if (letter === undefined) return undefined;
    const id = letter === "M" ? "enter" : CSI_LETTERS[letter];
    return { next: at + 3, ...(id === undefined ? {} : { key: { id, text: "" } }) };
  }
  if (second === "]") return readReply(text, at, true);
  if (second === "P" || second === "^" || second === "_" || second === "X") return readReply(text, at, false);
  // No Alt keys are bound here, and over a slow line Esc and the next key arrive together: two keys.
  return { next: at + 1, key: { id: "esc", text: "" } };
}

/** An OSC ends at BEL or ST, the others at ST; all are replies of the terminal and type nothing. */
function readReply(text: string, at: number, endsAtBell: boolean): Reading {
  const bell = endsAtBell ? text.indexOf("\u0007", at + 2) : -1;
  const string = text.indexOf(`${ESC}\\`, at + 2);
  if (bell >= 0 && (string < 0 || bell < string)) return { next: bell + 1 };
  if (string >= 0) return { next: string + 2 };
  return text.length - at > REPLY_LIMIT ? { next: text.length } : undefined;
}

function readCsi(text: string, at: number): Reading {
  const third = text[at + 2];
  if (third === undefined) return undefined;
  // X10 mouse: three bytes follow. Linux console function keys: one byte follows.
  if (third === "M") return text.length < at + 6 ? undefined : { next: at + 6 };
  if (third === "[") return text.length < at + 4 ? undefined : { next: at + 4 };
  let end = at + 2;
  while (end < text.length && isParameter(text.charCodeAt(end))) end++;
  const final = text[end];
  if (final === undefined) return end - at > REPLY_LIMIT ? { next: end } : undefined;
  // A sequence that breaks off (another ESC, a control) is dropped up to there.
  if (final < "@" || final > "~") return { next: end };
  const parameters = text.slice(at + 2, end);
  if (final === "~" && parameters === "200") return readPaste(text, at);
  const id = csiKey(parameters, final);
  return { next: end + 1, ...(id === undefined ? {} : { key: { id, text: "" } }) };
}

function isParameter(code: number): boolean {
  return code >= 0x20 && code <= 0x3f;
}

function csiKey(parameters: string, final: string): string | undefined {
  const [number = "", modifier = "1"] = parameters.split(";");
  const prefix = modifier === "1" || modifier === "" ? "" : MODIFIERS[modifier];
  if (prefix === undefined) return undefined;
  const name =
    final === "~" ? CSI_NUMBERS[number] : final === "u" ? CODE_POINTS[number] : /^1?$/.test(number) ? CSI_LETTERS[final] : undefined;
  return name === undefined ? undefined : prefix + name;
}

function readPaste(text: string, at: number): Reading {
  const start = at + PASTE_START.length;
  const end = text.indexOf(PASTE_END, start);
  if (end >= 0) return { next: end + PASTE_END.length, key: { id: "paste", text: text.slice(start, end) } };
  if (text.length - start > PASTE_LIMIT) return { next: text.length, key: { id: "paste", text: text.slice(start) } };
  return undefined;
}
