// What is known about a pickle whether or not it could be read to its end: names, calls, references, limits.

/** A name in the stream, with the place of its first use. */
export interface GlobalFact {
  readonly module: string;
  readonly name: string;
  readonly offset: number;
}

/** A call that loading the file with Python would make. Nothing was called. */
export interface CallFact extends GlobalFact {
  readonly opcode: string;
  /** False when the name, or the shape of its arguments, is not one that we rebuild as data. Behind a fault only the name was looked at. */
  readonly known: boolean;
}

export type ContainerKind = "none" | "zlib" | "gzip" | "bz2" | "xz" | "lzma" | "lz4" | "zstd" | "zip" | "7z";

/** Offsets count from the start of the unpacked stream. */
export interface PickleFacts {
  readonly container: ContainerKind;
  /** Highest PROTO seen; 0 without one. */
  readonly protocol: number;
  /** Distinct names in the order of their first use; at most `maxFacts` of them. */
  readonly globals: readonly GlobalFact[];
  readonly globalsTotal: number;
  /** In stream order, at most `maxFacts`. */
  readonly calls: readonly CallFact[];
  readonly callsTotal: number;
  /** The first calls of functions that are not known to be data, also when `calls` was full. */
  readonly unknownCalls: readonly CallFact[];
  readonly unknownCallsTotal: number;
  /** The first instances of unknown classes (NEWOBJ, and BUILD that gives them a state). */
  readonly unknownObjects: readonly CallFact[];
  readonly unknownObjectsTotal: number;
  /** Offsets of persistent ids and out-of-band buffers. */
  readonly externals: readonly number[];
  readonly externalsTotal: number;
  /** Limits that were hit, by name. */
  readonly limitsHit: readonly string[];
  readonly opcodes: number;
  /** Bytes of the unpacked stream up to and with STOP; 0 when there was none. */
  readonly consumed: number;
  /** Bytes behind STOP. */
  readonly trailing: number;
}

const KEPT_UNKNOWN = 20;

/** Gathers facts while the stream is read. */
export class FactRecorder {
  container: ContainerKind = "none";
  protocol = 0;
  opcodes = 0;
  consumed = 0;
  trailing = 0;
  /** Events before these places are known already: a second walk, from the beginning, repeats them. */
  #newGlobals = 0;
  #newCalls = 0;
  /** Behind the last event of each kind. */
  #afterGlobal = 0;
  #afterCall = 0;
  readonly #cap: number;
  readonly #globals: GlobalFact[] = [];
  #globalsTotal = 0;
  readonly #calls: CallFact[] = [];
  #callsTotal = 0;
  readonly #unknown: CallFact[] = [];
  #unknownTotal = 0;
  readonly #foreign: CallFact[] = [];
  #foreignTotal = 0;
  readonly #externals: number[] = [];
  #externalsTotal = 0;
  readonly #limits: string[] = [];

  constructor(cap: number) {
    this.#cap = cap;
  }

  /** Prepares for a second walk over the same stream, after one that gave up at the opcode at `place`, before or after it was noted. */
  continueFrom(place: number): void {
    this.#newGlobals = Math.max(place, this.#afterGlobal);
    this.#newCalls = Math.max(place, this.#afterCall);
  }

  /** A name met for the first time. */
  global(module: string, name: string, offset: number): void {
    if (offset < this.#newGlobals) return;
    this.#afterGlobal = offset + 1;
    this.#globalsTotal++;
    if (this.#globals.length < this.#cap) this.#globals.push({ module, name, offset });
  }

  call(opcode: string, module: string, name: string, offset: number, known: boolean): void {
    if (offset < this.#newCalls) return;
    this.#afterCall = offset + 1;
    this.#callsTotal++;
    if (this.#calls.length < this.#cap) this.#calls.push({ opcode, module, name, offset, known });
    if (known) return;
    const instance = opcode === "NEWOBJ" || opcode === "BUILD";
    if (instance) this.#foreignTotal++;
    else this.#unknownTotal++;
    const list = instance ? this.#foreign : this.#unknown;
    if (list.length < KEPT_UNKNOWN) list.push({ opcode, module, name, offset, known });
  }

  /** A persistent id or an out-of-band buffer. */
  external(offset: number): void {
    // Nothing fails behind noting one.
    if (offset < this.#newCalls) return;
    this.#externalsTotal++;
    if (this.#externals.length < this.#cap) this.#externals.push(offset);
  }

  limit(name: string): void {
    this.#limits.push(name);
  }

  /** The facts so far. */
  facts(): PickleFacts {
    return {
      container: this.container,
      protocol: this.protocol,
      globals: this.#globals,
      globalsTotal: this.#globalsTotal,
      calls: this.#calls,
      callsTotal: this.#callsTotal,
      unknownCalls: this.#unknown,
      unknownCallsTotal: this.#unknownTotal,
      unknownObjects: this.#foreign,
      unknownObjectsTotal: this.#foreignTotal,
      externals: this.#externals,
      externalsTotal: this.#externalsTotal,
      limitsHit: this.#limits,
      opcodes: this.opcodes,
      consumed: this.consumed,
      trailing: this.trailing,
    };
  }
}
