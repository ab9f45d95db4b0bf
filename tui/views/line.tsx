// Paints one line: roles become colours here and nowhere else.

import { Text } from "ink";
import { createContext, useContext } from "react";
import { asciiOnly } from "../format/cell-width.ts";
import type { Charset } from "../format/charset.ts";
import { cutLine, joinRuns, lineText, span, type Role, type StyledLine } from "../format/styled.ts";

/** What every line has to fit: the terminal's cells and characters. */
export const Canvas = createContext<{ readonly columns: number; readonly charset: Charset }>({ columns: 80, charset: "ascii" });

interface Paint {
  readonly color?: string;
  readonly dimColor?: boolean;
  readonly bold?: boolean;
}

/** The sixteen colours at most; what a role means is always in the text, too. */
const PALETTE: Readonly<Record<Role, Paint>> = {
  plain: {},
  dim: { dimColor: true },
  accent: { color: "cyan" },
  good: { color: "green" },
  bad: { color: "red" },
  warn: { color: "yellow" },
  strong: { bold: true },
  train: { color: "cyan" },
  valid: { color: "green" },
};

interface LineProps {
  readonly line: StyledLine;
  /** The whole line in reverse: what is selected. */
  readonly isInverse?: boolean;
}

/** One line of the screen; an empty one still takes its row. */
export function Line({ line: whole, isInverse = false }: LineProps) {
  const { columns, charset } = useContext(Canvas);
  const cut = cutLine(whole, columns);
  const line = charset === "ascii" ? cut.map((part) => span(asciiOnly(part.text), part.role)) : cut;
  const text = lineText(line);
  if (isInverse)
    return (
      <Text inverse wrap="truncate-end">
        {text}
      </Text>
    );
  if (text.trim() === "") return <Text> </Text>;
  const runs = joinRuns(line);
  if (runs.length === 1 && runs[0]?.role === "plain") return <Text wrap="truncate-end">{text.trimEnd()}</Text>;
  return (
    <Text wrap="truncate-end">
      {runs.map((run, at) => (
        <Text key={at} {...PALETTE[run.role]}>
          {at === runs.length - 1 ? run.text.trimEnd() : run.text}
        </Text>
      ))}
    </Text>
  );
}

interface LinesProps {
  readonly lines: readonly StyledLine[];
  /** Exactly this many rows: more are cut off, fewer are filled up with empty ones. */
  readonly height: number;
}

/** A block of lines of an exact height. */
export function Lines({ lines, height }: LinesProps) {
  return (
    <>
      {Array.from({ length: Math.max(0, height) }, (_row, at) => (
        <Line key={at} line={lines[at] ?? []} />
      ))}
    </>
  );
}
