// A line of text with roles instead of colours: what charts and tables produce and views paint.

import { cellWidth, cutCells, printable } from "./cell-width.ts";

/** What a piece of text means; the painter turns it into one of 16 colours, or into nothing. Meaning is always in the text, too. */
export type Role = "plain" | "dim" | "accent" | "good" | "bad" | "warn" | "strong" | "train" | "valid";

export interface Span {
  readonly text: string;
  readonly role: Role;
}

/** One line of the screen. */
export type StyledLine = readonly Span[];

/** A piece of text with its role. Every text of the screen goes through here, so no name can reach the terminal as a control sequence. */
export function span(text: string, role: Role = "plain"): Span {
  return { text: printable(text), role };
}

/** The bare characters of a line. */
export function lineText(line: StyledLine): string {
  return line.map((part) => part.text).join("");
}

/** Cells that a line takes. */
export function lineWidth(line: StyledLine): number {
  return line.reduce((width, part) => width + cellWidth(part.text), 0);
}

/** A line that takes at most `width` cells; what is beyond is cut with `~`. */
export function cutLine(line: StyledLine, width: number): StyledLine {
  if (lineWidth(line) <= width) return line;
  const cut: Span[] = [];
  let left = width;
  for (const part of line) {
    const partWidth = cellWidth(part.text);
    // The piece that reaches the edge is cut even when it fits exactly: something follows it.
    if (partWidth >= left) {
      cut.push(span(partWidth === left ? cutCells(`${part.text} `, left) : cutCells(part.text, left), part.role));
      break;
    }
    cut.push(part);
    left -= partWidth;
  }
  return cut;
}

/** `left` at the left edge and `right` at the right edge of a line of `width` cells; the left part gives way. */
export function spread(left: StyledLine, right: StyledLine, width: number): StyledLine {
  const rightPart = cutLine(right, width);
  const rightWidth = lineWidth(rightPart);
  const leftPart = cutLine(left, Math.max(0, width - rightWidth - (rightWidth > 0 ? 1 : 0)));
  return [...leftPart, span(" ".repeat(Math.max(0, width - lineWidth(leftPart) - rightWidth))), ...rightPart];
}

/** Neighbours of one role joined, so that each run is coloured once. */
export function joinRuns(line: StyledLine): StyledLine {
  const runs: { text: string; role: Role }[] = [];
  for (const part of line) {
    const last = runs.at(-1);
    // A blank has no colour of its own: it goes with whatever stands before it.
    if (last !== undefined && (last.role === part.role || part.text.trim() === "")) last.text += part.text;
    else if (part.text !== "") runs.push({ ...part });
  }
  return runs;
}
