// What the rules want to know of one source file: its imports, functions, exports and forbidden constructs.

import { isNode, lineCounter, nodeIn, nodesIn, parseSource, textIn, walk, type SyntaxNode } from "./syntax.ts";

/** One import, re-export, dynamic import, `require` or worker address. */
export interface ImportFact {
  readonly specifier: string;
  /** Gone at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** A function, method or arrow function with a block body. */
export interface FunctionFact {
  readonly name: string;
  readonly line: number;
  /** Lines between its braces. */
  readonly bodyLines: number;
  /** It is the callback of a suite or test, which may be as long as the story it tells. */
  readonly isTestBody: boolean;
}

/** Something with a line that a rule may object to. */
export interface NamedFact {
  readonly name: string;
  readonly line: number;
}

/** Everything the rules read of one file. */
export interface ModuleFacts {
  readonly imports: readonly ImportFact[];
  readonly functions: readonly FunctionFact[];
  /** Exported functions and classes without a doc comment. */
  readonly undocumented: readonly NamedFact[];
  readonly forbidden: readonly NamedFact[];
}

type LineOf = (offset: number) => number;

/** Parses a file and collects its facts. Throws on a syntax error. */
export function readModuleFacts(path: string, text: string): ModuleFacts {
  const program = parseSource(path, text);
  const lineOf = lineCounter(text);
  const imports: ImportFact[] = [];
  const functions: FunctionFact[] = [];
  const forbidden: NamedFact[] = [];
  walk(program, (node, parents) => {
    const imported = importOf(node, lineOf);
    if (imported !== undefined) imports.push(imported);
    const measured = functionOf(node, parents, lineOf);
    if (measured !== undefined) functions.push(measured);
    const name = forbiddenConstruct(node);
    if (name !== undefined) forbidden.push({ name, line: lineOf(node.start) });
  });
  return { imports, functions, undocumented: undocumentedExports(program, text, lineOf), forbidden };
}

// ── imports ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function importOf(node: SyntaxNode, lineOf: LineOf): ImportFact | undefined {
  const specifier = specifierOf(node);
  return specifier === "" ? undefined : { specifier, typeOnly: isTypeOnly(node), line: lineOf(node.start) };
}

/** What a node brings in from elsewhere, or "". */
function specifierOf(node: SyntaxNode): string {
  if (["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration", "ImportExpression", "TSImportType"].includes(node.type))
    return textIn(nodeIn(node, "source"), "value");
  const callee = textIn(nodeIn(node, "callee"), "name");
  const first = nodesIn(node, "arguments")[0];
  if (node.type === "CallExpression" && callee === "require") return textIn(first, "value");
  // new Worker(new URL("./x.ts", import.meta.url)) and child programs: code that is loaded by its address.
  if (node.type === "NewExpression" && callee === "URL") {
    const address = textIn(first, "value");
    return /^\.{1,2}\/.*\.(?:ts|tsx|js|mjs)$/.test(address) ? address : "";
  }
  return "";
}

function isTypeOnly(node: SyntaxNode): boolean {
  if (node.type === "TSImportType" || node["importKind"] === "type" || node["exportKind"] === "type") return true;
  const specifiers = nodesIn(node, "specifiers");
  return specifiers.length > 0 && specifiers.every((one) => one["importKind"] === "type" || one["exportKind"] === "type");
}

// ── functions ───────────────────────────────────────────────────────────────────────────────────────────────────────

const functionTypes: ReadonlySet<string> = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);

function functionOf(node: SyntaxNode, parents: readonly SyntaxNode[], lineOf: LineOf): FunctionFact | undefined {
  const body = nodeIn(node, "body");
  if (!functionTypes.has(node.type) || body?.type !== "BlockStatement") return undefined;
  const parent = parents.at(-1);
  return {
    name: nameOfFunction(node, parent),
    line: lineOf(node.start),
    bodyLines: Math.max(0, lineOf(body.end) - lineOf(body.start) - 1),
    isTestBody: parent?.type === "CallExpression" && startsWithTestWord(parent),
  };
}

function nameOfFunction(node: SyntaxNode, parent: SyntaxNode | undefined): string {
  const named = nodeIn(node, "id") ?? (parent && (nodeIn(parent, "id") ?? nodeIn(parent, "key")));
  return textIn(named, "name") || "(unnamed function)";
}

const testWords: ReadonlySet<string> = new Set(["describe", "describeNeeding", "describeOnEachEngine", "it", "test"]);

/** `describe(…)`, `it.skipIf(x)(…)`, `test.each(…)(…)`: follows callees and members down to the first word. */
function startsWithTestWord(node: SyntaxNode): boolean {
  let at: SyntaxNode | undefined = node;
  while (at !== undefined && at.type !== "Identifier") at = nodeIn(at, "callee") ?? nodeIn(at, "object");
  return testWords.has(textIn(at, "name"));
}

// ── documentation of exports ────────────────────────────────────────────────────────────────────────────────────────

function undocumentedExports(program: SyntaxNode, text: string, lineOf: LineOf): readonly NamedFact[] {
  return nodesIn(program, "body").flatMap((statement) => {
    const declaration = statement.type === "ExportNamedDeclaration" ? nodeIn(statement, "declaration") : undefined;
    const names = declaration === undefined ? [] : callableNames(declaration);
    // Overloads: the comment stands over the first one.
    const documented = /\*\/\s*$/.test(text.slice(0, statement.start)) || isLaterOverload(program, statement, names[0]);
    return documented ? [] : names.map((name) => ({ name, line: lineOf(statement.start) }));
  });
}

function callableNames(declaration: SyntaxNode): readonly string[] {
  if (["FunctionDeclaration", "ClassDeclaration", "TSDeclareFunction"].includes(declaration.type))
    return [textIn(nodeIn(declaration, "id"), "name")];
  return nodesIn(declaration, "declarations").flatMap((one) => {
    const value = nodeIn(one, "init");
    return value !== undefined && functionTypes.has(value.type) ? [textIn(nodeIn(one, "id"), "name")] : [];
  });
}

function isLaterOverload(program: SyntaxNode, statement: SyntaxNode, name: string | undefined): boolean {
  return nodesIn(program, "body").some((earlier) => {
    const declaration = nodeIn(earlier, "declaration");
    return (
      earlier.start < statement.start && declaration?.type === "TSDeclareFunction" && textIn(nodeIn(declaration, "id"), "name") === name
    );
  });
}

// ── constructs nobody may write ─────────────────────────────────────────────────────────────────────────────────────

const forbiddenTypes: Readonly<Record<string, string>> = {
  TSAnyKeyword: "the type that switches checking off",
  TSEnumDeclaration: "enum",
  TSModuleDeclaration: "namespace",
  TSParameterProperty: "parameter property",
};

function forbiddenConstruct(node: SyntaxNode): string | undefined {
  // `declare module "x"` describes a library without types; only real namespaces are meant.
  if (node.type === "TSModuleDeclaration" && nodeIn(node, "id")?.type === "Literal") return undefined;
  if (forbiddenTypes[node.type] !== undefined) return forbiddenTypes[node.type];
  if (node.type === "CatchClause" && nodesIn(nodeIn(node, "body") ?? node, "body").length === 0) return "empty catch";
  if (node.type === "ExportDefaultDeclaration") return "default export";
  if (node.type === "TSAsExpression" && isCastThroughUnknown(node)) return "double cast through unknown";
  if (node.type === "MemberExpression" && textIn(nodeIn(node, "property"), "name") === "only" && startsWithTestWord(node))
    return "a focused test";
  return undefined;
}

function isCastThroughUnknown(node: SyntaxNode): boolean {
  const inner = node["expression"];
  return isNode(inner) && inner.type === "TSAsExpression" && nodeIn(inner, "typeAnnotation")?.type === "TSUnknownKeyword";
}
