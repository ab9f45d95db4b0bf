// The opcodes that make up nearly all of a file, by what they do to the scan.

/** Pushes a value that is of no further interest; its operand has a fixed size. */
export const PUSH = 1;
/** A text, or other bytes, with a length of one byte. */
export const SHORT_TEXT = 2;
export const SHORT_BYTES = 3;
/** BINGET and BINPUT: an index of one byte. */
export const GET = 4;
export const PUT = 5;
export const MEMOIZE = 6;
export const MARK = 7;
/** Takes everything down to the last MARK away. */
export const DROP_TO_MARK = 8;
/** Replaces one, two or three values by a tuple of them. */
export const TUPLE = 9;

export const DUP = 10;
export const POP = 11;

/** Kind of each frequent opcode; 0 for the others. */
export const KINDS = new Uint8Array(256);
/** PUSH: bytes of the opcode with its operand. TUPLE: number of values. */
export const SIZES = new Uint8Array(256);

function set(kind: number, size: number, ...opcodes: readonly number[]): void {
  for (const opcode of opcodes) {
    KINDS[opcode] = kind;
    SIZES[opcode] = size;
  }
}

// NONE, NEWTRUE, NEWFALSE, EMPTY_LIST, EMPTY_DICT, EMPTY_SET, EMPTY_TUPLE
set(PUSH, 1, 0x4e, 0x88, 0x89, 0x5d, 0x7d, 0x8f, 0x29);
// BININT1, BININT2, BININT, BINFLOAT
set(PUSH, 2, 0x4b);
set(PUSH, 3, 0x4d);
set(PUSH, 5, 0x4a);
set(PUSH, 9, 0x47);
// SHORT_BINUNICODE, SHORT_BINSTRING; SHORT_BINBYTES, LONG1
set(SHORT_TEXT, 0, 0x8c, 0x55);
set(SHORT_BYTES, 0, 0x43, 0x8a);
set(GET, 0, 0x68);
set(PUT, 0, 0x71);
set(MEMOIZE, 0, 0x94);
set(MARK, 0, 0x28);
// APPENDS, SETITEMS, ADDITEMS, POP_MARK
set(DROP_TO_MARK, 0, 0x65, 0x75, 0x90, 0x31);
set(DUP, 0, 0x32);
set(POP, 0, 0x30);
set(TUPLE, 1, 0x85);
set(TUPLE, 2, 0x86);
set(TUPLE, 3, 0x87);
