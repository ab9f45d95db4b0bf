// Texts with U+0000, which a column of PostgreSQL cannot hold: they are escaped on their way in and come back as they were.

/** U+0010, "data link escape": made for this, and in nobody's texts. */
const ESCAPE = "\u0010";
const NUL = "\u0000";

/** The text as PostgreSQL can hold it; one without U+0000 and U+0010 is itself. */
export function toPostgresText(text: string): string {
  if (!text.includes(NUL) && !text.includes(ESCAPE)) return text;
  return text.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll(NUL, `${ESCAPE}0`);
}

/** What `toPostgresText` was given. */
export function fromPostgresText(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replaceAll(`${ESCAPE}0`, NUL).replaceAll(`${ESCAPE}1`, ESCAPE);
}
