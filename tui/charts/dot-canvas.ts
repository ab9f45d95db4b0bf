// A canvas of dots drawn with text: braille (2×4 dots a cell), quadrant blocks (2×2) or ASCII (1×1).

import type { Charset } from "../format/charset.ts";
import { joinRuns, span, type Role, type StyledLine } from "../format/styled.ts";

/** Dots are addressed from the top left; those outside are ignored. A cell has one role: the last painter's. */
export interface DotCanvas {
  /** Size in dots. */
  readonly width: number;
  readonly height: number;
  dot(x: number, y: number, role: Role): void;
  /** A vertical run of dots, ends included, in either order. */
  column(x: number, from: number, to: number, role: Role): void;
  /** Writes one character over the dots of the cell that holds this dot. */
  sign(x: number, y: number, character: string, role: Role): void;
  /** One line a row of cells, each exactly as wide as the canvas. */
  toLines(): StyledLine[];
}

interface DotShape {
  readonly across: number;
  readonly down: number;
  /** Bit of the dot at [y][x] within a cell. */
  readonly bits: readonly (readonly number[])[];
  glyph(bits: number, role: Role): string;
}

const QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█";

const SHAPES: Readonly<Record<Charset, DotShape>> = {
  // Unicode 2800: dots 1-3 and 7 left, 4-6 and 8 right.
  braille: {
    across: 2,
    down: 4,
    bits: [
      [0x01, 0x08],
      [0x02, 0x10],
      [0x04, 0x20],
      [0x40, 0x80],
    ],
    glyph: (bits) => (bits === 0 ? " " : String.fromCharCode(0x2800 + bits)),
  },
  block: {
    across: 2,
    down: 2,
    bits: [
      [1, 2],
      [4, 8],
    ],
    glyph: (bits) => QUADRANTS[bits] ?? " ",
  },
  ascii: { across: 1, down: 1, bits: [[1]], glyph: (bits, role) => (bits === 0 ? " " : role === "train" || role === "dim" ? "." : "*") },
};

/** An empty canvas of `columns` × `rows` cells (at least one each). */
export function createDotCanvas(columns: number, rows: number, charset: Charset): DotCanvas {
  const shape = SHAPES[charset];
  const cellColumns = Math.max(1, Math.floor(columns));
  const cellRows = Math.max(1, Math.floor(rows));
  const width = cellColumns * shape.across;
  const height = cellRows * shape.down;
  const bits = new Uint8Array(cellColumns * cellRows);
  const roles = Array.from<Role>({ length: cellColumns * cellRows }).fill("plain");
  const signs = new Map<number, string>();

  const cellOf = (x: number, y: number): number => Math.floor(y / shape.down) * cellColumns + Math.floor(x / shape.across);
  const isInside = (x: number, y: number): boolean => x >= 0 && x < width && y >= 0 && y < height;
  const dot = (x: number, y: number, role: Role): void => {
    if (!isInside(x, y)) return;
    const cell = cellOf(x, y);
    bits[cell] = (bits[cell] ?? 0) | (shape.bits[y % shape.down]?.[x % shape.across] ?? 0);
    roles[cell] = role;
  };

  return {
    width,
    height,
    dot,
    column: (x, from, to, role) => {
      const last = Math.min(height - 1, Math.max(from, to));
      for (let y = Math.max(0, Math.min(from, to)); y <= last; y++) dot(x, y, role);
    },
    sign: (x, y, character, role) => {
      if (!isInside(x, y)) return;
      signs.set(cellOf(x, y), character);
      roles[cellOf(x, y)] = role;
    },
    toLines: () =>
      Array.from({ length: cellRows }, (_line, row) =>
        joinRuns(
          Array.from({ length: cellColumns }, (_cell, column) => {
            const cell = row * cellColumns + column;
            const role = roles[cell] ?? "plain";
            return span(signs.get(cell) ?? shape.glyph(bits[cell] ?? 0, role), role);
          }),
        ),
      ),
  };
}
