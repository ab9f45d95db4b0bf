// Version labels of captured versions.

/** The label of the n-th captured version of a line, counting from 1. */
export function capturedLabel(number: number): string {
  return `v${number}`;
}
