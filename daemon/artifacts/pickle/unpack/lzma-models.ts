// The adaptive bit models of LZMA, in one table: where each group of them begins.

/** Models of one length coder: a choice of two bits, 16 low and 16 middle trees of 8, one high tree of 256. */
const LENGTH_MODELS = 2 + 2 * 16 * 8 + 256;

let next = 0;
function group(size: number): number {
  const start = next;
  next += size;
  return start;
}

/** First model of each group; states × 16 position states where both count. */
export const IS_MATCH = group(12 * 16);
export const IS_REP = group(12);
export const IS_REP0 = group(12);
export const IS_REP1 = group(12);
export const IS_REP2 = group(12);
export const IS_REP0_LONG = group(12 * 16);
export const POSITION_SLOT = group(4 * 64);
export const POSITION_SPECIAL = group(115);
export const ALIGN = group(16);
export const MATCH_LENGTH = group(LENGTH_MODELS);
export const REP_LENGTH = group(LENGTH_MODELS);
/** 768 models for each context of a literal. */
export const LITERAL = group(0);

/** Offsets inside a length coder. */
export const LENGTH_LOW = 2;
export const LENGTH_MIDDLE = LENGTH_LOW + 16 * 8;
export const LENGTH_HIGH = LENGTH_MIDDLE + 16 * 8;

/** The table for `lc` + `lp` bits of literal context, every model at one half. */
export function freshModels(literalBits: number): Uint16Array {
  return new Uint16Array(LITERAL + (0x300 << literalBits)).fill(1024);
}
