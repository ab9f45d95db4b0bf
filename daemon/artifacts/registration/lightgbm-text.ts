// LightGBM's text models: told by their first lines, and is the structure whole. Nothing is predicted from them.
// Format: GBDT::SaveModelToString and GBDT::LoadModelFromString of LightGBM's src/boosting/gbdt_model_text.cpp, versions v2 to v4.

import { Buffer } from "node:buffer";
import { rejected, type Rejected } from "../rejected.ts";
import { treeFault } from "./lightgbm-tree.ts";

/** What a text model says of itself. */
export interface LightgbmText {
  readonly ok: true;
  /** `v2` for releases up to 2.2, `v3` up to 3.3, then `v4`. */
  readonly version: string;
  readonly objective: string;
  readonly features: number;
  readonly trees: number;
  readonly classes: number;
}

/** True for a text whose first lines are those of a model. */
export function isLightgbmText(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256)).toString("latin1");
  return /^tree\r?\n/.test(head) && /\n(?:version|num_class)=/.test(head);
}

/**
 * Reads the structure: the header's fields, every tree in its place and of its declared size, and what comes behind. Refused with the byte offset:
 * whatever LightGBM could not load, or would predict nonsense with. Never throws.
 */
export function readLightgbmText(bytes: Uint8Array): LightgbmText | Rejected {
  // One character a byte, so that places and sizes are those of the file.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const begin = treesBegin(text);
  const header = linesOf(text.slice(0, begin));
  const counts = readCounts(header);
  if (typeof counts === "string") return rejected(counts);
  const sizes = header.get("tree_sizes");
  const blocks = sizes === undefined ? blocksByName(text, begin) : blocksBySize(text, begin, sizes);
  if (!blocks.ok)
    return blocks.text.includes("\r\n")
      ? { ...blocks.fault, reason: `${blocks.fault.reason}; its line breaks were changed` }
      : blocks.fault;
  for (const [number, block] of blocks.blocks.entries()) {
    const fault = treeFault(linesOf(text.slice(block.from, block.to)), counts.features);
    if (fault !== undefined) return rejected(`tree ${number}: ${fault}`, block.from);
  }
  const trees = blocks.blocks.length;
  if (trees % counts.perRound !== 0) return rejected(`${trees} trees are no whole number of rounds of ${counts.perRound}`);
  const version = header.get("version") ?? "";
  const end = endFault(text, blocks.end, version);
  return end ?? { ok: true, version, objective: header.get("objective") ?? "", features: counts.features, trees, classes: counts.classes };
}

/** `name=value` lines; a line without a value counts as empty. */
function linesOf(text: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const at = line.indexOf("=");
    if (line !== "") lines.set(at < 0 ? line : line.slice(0, at), at < 0 ? "" : line.slice(at + 1));
  }
  return lines;
}

/** The header ends at the first tree; without trees, at its empty line. */
function treesBegin(text: string): number {
  const tree = text.search(/^Tree=/m);
  if (tree >= 0) return tree;
  const blank = /\r?\n\r?\n/.exec(text);
  return blank === null ? text.length : blank.index + blank[0].length;
}

interface Counts {
  readonly classes: number;
  readonly perRound: number;
  readonly features: number;
}

/** The header's numbers, or what is wrong with them. */
function readCounts(header: ReadonlyMap<string, string>): Counts | string {
  const count = (name: string): number | undefined => (/^\d{1,9}$/.test(header.get(name) ?? "") ? Number(header.get(name)) : undefined);
  const classes = count("num_class");
  const highest = count("max_feature_idx");
  if (classes === undefined || classes < 1) return "num_class is missing in the header, or no number";
  if (highest === undefined) return "max_feature_idx is missing in the header, or no number";
  const perRound = count("num_tree_per_iteration") ?? classes;
  if (perRound < 1) return "num_tree_per_iteration is 0";
  for (const list of ["feature_names", "feature_infos"]) {
    const words = header.get(list)?.split(" ").length ?? highest + 1;
    if (words !== highest + 1) return `${list} has ${words} entries, but max_feature_idx says ${highest + 1} features`;
  }
  return { classes, perRound, features: highest + 1 };
}

interface Block {
  readonly from: number;
  readonly to: number;
}

type Blocks =
  | { readonly ok: true; readonly blocks: readonly Block[]; readonly end: number }
  | { readonly ok: false; readonly text: string; readonly fault: Rejected };

/** The trees by the header's `tree_sizes`: each begins where the one before ends. */
function blocksBySize(text: string, begin: number, sizes: string): Blocks {
  const words = sizes.trim() === "" ? [] : sizes.trim().split(/ +/);
  const blocks: Block[] = [];
  let from = begin;
  for (const [number, word] of words.entries()) {
    const to = from + (/^\d{1,10}$/.test(word) ? Number(word) : Number.NaN);
    const bad = (reason: string): Blocks => ({ ok: false, text, fault: rejected(reason, Math.min(from, text.length)) });
    if (Number.isNaN(to)) return bad(`tree_sizes holds ${JSON.stringify(word.slice(0, 40))}`);
    if (!new RegExp(`^Tree=${number}\\r?\\n`).test(text.slice(from, from + 30)))
      return bad(`tree ${number} of ${words.length} is not where tree_sizes says`);
    if (to > text.length)
      return bad(`tree ${number} of ${words.length} is cut off: it has ${word} bytes by tree_sizes, ${text.length - from} are left`);
    blocks.push({ from, to });
    from = to;
  }
  if (text.startsWith("Tree=", from))
    return { ok: false, text, fault: rejected(`more trees follow than the ${words.length} of tree_sizes`, from) };
  return { ok: true, blocks, end: from };
}

/** Releases before 2.0.11 wrote no sizes: a tree goes on until its empty line. */
function blocksByName(text: string, begin: number): Blocks {
  const blocks: Block[] = [];
  let from = begin;
  while (text.startsWith("Tree=", from)) {
    if (!new RegExp(`^Tree=${blocks.length}\\r?\\n`).test(text.slice(from, from + 30)))
      return { ok: false, text, fault: rejected(`tree ${blocks.length} is missing`, from) };
    const blank = text.slice(from).search(/\n\r?\n/);
    const to = blank < 0 ? text.length : from + blank + 1;
    blocks.push({ from, to });
    const gap = /^\s*/.exec(text.slice(to, to + 16))?.[0].length ?? 0;
    from = to + gap;
  }
  return { ok: true, blocks, end: from };
}

/** What must stand behind the trees: `end of trees` (v2 files may go on with the importances), and the parameters whole if they begin. */
function endFault(text: string, end: number, version: string): Rejected | undefined {
  const rest = text.slice(end);
  const isOld = version === "" || version === "v2";
  const isEnded = /^\s*end of trees\r?\n/.test(rest) || (isOld && /^\s*feature importances:\r?\n/.test(rest));
  if (!isEnded) return rejected('"end of trees" is missing behind the trees', end);
  if (!/^feature[ _]importances:\r?$/m.test(rest) || !rest.endsWith("\n"))
    return rejected("the text is cut off behind its trees", text.length);
  if (/^parameters:\r?$/m.test(rest) && !/^end of parameters\r?$/m.test(rest))
    return rejected('"end of parameters" is missing', text.length);
  return undefined;
}
