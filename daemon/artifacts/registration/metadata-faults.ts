// Everything that is wrong with the metadata of one registration, gathered so that a person sees it at once.

import type { Rejected } from "../rejected.ts";

/** All that was found; `reason` holds it as one text. */
export interface MetadataFault extends Rejected {
  /** One text each, with the place: `metadata.json: metrics.ic is NaN, no finite number`. */
  readonly faults: readonly string[];
  /** A file or flag is no JSON at all, or of another kind than it must be; else fields have bad values. */
  readonly isBadJson: boolean;
}

/** More are counted only. */
const SHOWN = 100;

/** Gathers faults by where they stand: the name of the file, or the flag. */
export class FaultList {
  readonly #byOrigin = new Map<string, string[]>();
  #isBadJson = false;

  add(origin: string, text: string): void {
    const texts = this.#byOrigin.get(origin);
    if (texts === undefined) this.#byOrigin.set(origin, [text]);
    else texts.push(text);
  }

  /** A file or flag that cannot be read as what it must be. */
  addBadJson(origin: string, text: string): void {
    this.#isBadJson = true;
    this.add(origin, text);
  }

  /** The refusal; undefined when nothing is wrong. */
  fault(): MetadataFault | undefined {
    const groups = [...this.#byOrigin];
    if (groups.length === 0) return undefined;
    const faults = groups.flatMap(([origin, texts]) => texts.map((text) => `${origin}: ${text}`));
    const reason = groups.map(([origin, texts]) => `${origin}: ${inOneText(texts)}`).join("; ");
    return { ok: false, offset: 0, reason, faults, isBadJson: this.#isBadJson };
  }
}

function inOneText(texts: readonly string[]): string {
  const more = texts.length > SHOWN ? [`and ${texts.length - SHOWN} more`] : [];
  return [...texts.slice(0, SHOWN), ...more].join("; ");
}
