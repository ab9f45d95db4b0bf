// Version labels: what they look like and how they are ordered.

/** `v<digits>` up to `vX.Y.Z`. */
const LABEL = /^v\d+(\.\d+){0,2}$/;

/** True for a label that this project writes. */
export function isVersionLabel(text: string): boolean {
  return LABEL.test(text);
}

/** The label of the n-th captured version of a line, counting from 1. */
export function capturedLabel(number: number): string {
  return `v${number}`;
}
