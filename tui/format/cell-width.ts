// How many terminal cells a text takes, and cutting or padding texts to an exact number of cells.

/** First and last code points of the blocks that terminals draw two cells wide (Unicode East Asian Width W and F, emoji included). */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23ec],
  [0x23f0, 0x23f0],
  [0x23f3, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f3],
  [0x26f5, 0x26f5],
  [0x26fa, 0x26fa],
  [0x26fd, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274c],
  [0x274e, 0x274e],
  [0x2753, 0x2755],
  [0x2757, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27b0],
  [0x27bf, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b50],
  [0x2b55, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf],
  [0x1f18e, 0x1f18e],
  [0x1f191, 0x1f19a],
  [0x1f200, 0x1f320],
  [0x1f32d, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb],
  [0x1f90c, 0x1faff],
  [0x20000, 0x3fffd],
];

const PLAIN = /^[ -~]*$/;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
// Controls, line separators, direction overrides and unpaired halves: a file name must not steer the terminal.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]|\p{Cf}|\p{Cs}/gu;

function codePointWidth(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO_WIDTH.test(character)) return 0;
  for (const [first, last] of WIDE) {
    if (code < first) return 1;
    if (code <= last) return 2;
  }
  return 1;
}

/** A text that can be printed as it is: control and format characters become `?`, so that no name can move the cursor or change colours. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSAFE, "?");
}

/**
 * The text in ASCII, as wide as before: other characters become `?`. A terminal without UTF-8 takes the bytes of a name for characters of its own,
 * and some of those for control sequences.
 */
export function asciiOnly(text: string): string {
  if (PLAIN.test(text)) return text;
  return Array.from(text, (character) => (PLAIN.test(character) ? character : "?".repeat(codePointWidth(character)))).join("");
}

/** Cells that a printable text takes. */
export function cellWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += codePointWidth(character);
  return width;
}

// oxlint-disable-next-line no-control-regex
const STYLE = /\u001b\[[\d;]*m/g;

/** Cells that a text takes once its styles are obeyed. In the bundle this is Ink's own measure, too: one table of widths, and a fast one. */
export function paintedWidth(text: string): number {
  return cellWidth(text.includes("\u001b") ? text.replace(STYLE, "") : text);
}

/** The longest beginning of a text that fits in `width` cells. */
function takeCells(text: string, width: number): string {
  if (PLAIN.test(text)) return text.slice(0, Math.max(0, width));
  let used = 0;
  let taken = "";
  for (const character of text) {
    used += codePointWidth(character);
    if (used > width) break;
    taken += character;
  }
  return taken;
}

/** The text itself when it fits in `width` cells, else its beginning and `mark` (default `~`). Unsafe characters are replaced. */
export function cutCells(text: string, width: number, mark = "~"): string {
  const safe = printable(text);
  if (cellWidth(safe) <= width) return safe;
  if (width <= cellWidth(mark)) return takeCells(mark, width);
  return takeCells(safe, width - cellWidth(mark)) + mark;
}

/** Like `cutCells`, keeping the end: for paths, whose last part says most. */
export function cutCellsLeft(text: string, width: number, mark = "~"): string {
  const safe = printable(text);
  if (cellWidth(safe) <= width) return safe;
  if (width <= cellWidth(mark)) return takeCells(mark, width);
  const characters = [...safe];
  let used = cellWidth(mark);
  let start = characters.length;
  while (start > 0) {
    used += codePointWidth(characters[start - 1] ?? "");
    if (used > width) break;
    start--;
  }
  return mark + characters.slice(start).join("");
}

/** The text in exactly `width` cells: cut when longer, padded with spaces when shorter. */
export function fitCells(text: string, width: number, align: "left" | "right" = "left", mark = "~"): string {
  const cut = cutCells(text, width, mark);
  const padding = " ".repeat(Math.max(0, width - cellWidth(cut)));
  return align === "left" ? cut + padding : padding + cut;
}

/** Breaks a text into lines of at most `width` cells, at spaces where it can. Never empty. */
export function wrapCells(text: string, width: number): string[] {
  const limit = Math.max(1, width);
  const lines: string[] = [];
  let line = "";
  for (let word of printable(text.replaceAll("\n", " ")).split(" ")) {
    if (line !== "" && cellWidth(line) + 1 + cellWidth(word) > limit) {
      lines.push(line);
      line = "";
    }
    while (cellWidth(word) > limit) {
      const head = takeCells(word, limit);
      // A two-cell character in a one-cell line would never shrink the word.
      if (head === "") break;
      lines.push(head);
      word = word.slice(head.length);
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "" || lines.length === 0) lines.push(line);
  return lines;
}
