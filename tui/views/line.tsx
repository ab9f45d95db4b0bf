// Paints one line: roles become colours here and nowhere else.

import { Text } from "ink";
import { joinRuns, lineText, type Role, type StyledLine } from "../format/styled.ts";

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
export function Line({ line, isInverse = false }: LineProps) {
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
