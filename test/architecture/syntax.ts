// The syntax tree of one file, by the parser that vitest itself uses, seen as plain nodes.

import { parseAst } from "vitest/node";

/** A node of ESTree with TypeScript's additions. Offsets count UTF-16 units. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** Parses TypeScript, TSX or JavaScript. Throws with the place of the fault when the text is not that. */
export function parseSource(path: string, text: string): SyntaxNode {
  const lang = path.endsWith(".tsx") ? "tsx" : path.endsWith(".d.ts") ? "dts" : path.endsWith(".ts") ? "ts" : "js";
  // Its successor is no export of a package that package.json names.
  // oxlint-disable-next-line typescript/no-deprecated
  const program: unknown = parseAst(text, { lang }, path);
  if (!isNode(program)) throw new Error(`${path}: the parser gave no program`);
  return program;
}

/** Visits a node and everything below it, parents first. `parents` runs from the outermost to the nearest. */
export function walk(node: SyntaxNode, visit: (node: SyntaxNode, parents: readonly SyntaxNode[]) => void): void {
  const parents: SyntaxNode[] = [];
  const step = (current: SyntaxNode): void => {
    visit(current, parents);
    parents.push(current);
    for (const child of childrenOf(current)) step(child);
    parents.pop();
  };
  step(node);
}

function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.values(node).flatMap((member) => (Array.isArray(member) ? member.filter(isNode) : isNode(member) ? [member] : []));
}

/** Tells a node from other members of nodes. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** The member as a node, if it is one. */
export function nodeIn(node: SyntaxNode, member: string): SyntaxNode | undefined {
  const value = node[member];
  return isNode(value) ? value : undefined;
}

/** The nodes of a list member. */
export function nodesIn(node: SyntaxNode, member: string): readonly SyntaxNode[] {
  const value = node[member];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The member as text, else "". */
export function textIn(node: SyntaxNode | undefined, member: string): string {
  const value = node?.[member];
  return typeof value === "string" ? value : "";
}

/** A function from offset to 1-based line number. */
export function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
