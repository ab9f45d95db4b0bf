// The fields of one registration, from a metadata file and from flags, each with where it came from.

import { Buffer } from "node:buffer";
import { isJsonObject, type JsonObject } from "../json/json-value.ts";
import { rejectionText } from "../rejected.ts";
import type { FaultList } from "./metadata-faults.ts";
import { faultAt, shownValue, type Place, type Reader } from "./field-readers.ts";
import { readPythonJson, type PythonJson } from "./python-json.ts";

/** A metadata file: how messages name it, and its bytes. */
export interface MetadataFile {
  /** A name, not a path. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Field {
  readonly value: PythonJson;
  readonly origin: string;
}

/** What a field is when nobody gives it; may note that it is missing. */
export type Absent<T> = (place: Place) => T;

/** For a field that must be given; `how` names the flag that gives it. */
export function required<T>(nothing: T, how?: string): Absent<T> {
  return (place) => {
    faultAt(place, how === undefined ? "is missing" : `is missing (${how} gives it)`);
    return nothing;
  };
}

/** For what follows from a fault that was noted already. */
function ignore(): void {
  return;
}

/** Fields by name. Flags win over the file. */
export class FieldSet {
  readonly #faults: FaultList;
  /** Where the faults of fields that nobody gave are noted. */
  readonly #home: string;
  readonly #fields = new Map<string, Field>();
  readonly #known = new Set<string>();
  /** Flags that were given and cannot be read: their fields are not missing as well. */
  readonly #unreadable = new Set<string>();
  #isFileReadable = true;

  constructor(faults: FaultList, file: MetadataFile | undefined) {
    this.#faults = faults;
    this.#home = file?.name ?? "flags";
    if (file !== undefined) this.#readFile(file);
  }

  #readFile({ name, bytes }: MetadataFile): void {
    const object = this.#objectIn(bytes, name);
    this.#isFileReadable = object !== undefined;
    for (const [field, value] of Object.entries(object ?? {})) this.#fields.set(field, { value, origin: name });
  }

  #objectIn(bytes: Uint8Array, origin: string): JsonObject | undefined {
    const document = readPythonJson(bytes);
    if (!document.ok) this.#faults.addBadJson(origin, rejectionText(document));
    else if (!isJsonObject(document.value)) this.#faults.addBadJson(origin, `it is ${shownValue(document.value)}, no object`);
    else return document.value;
    return undefined;
  }

  /** Sets a field from a flag with plain text; undefined leaves it. */
  setText(field: string, flag: string, value: string | undefined): void {
    if (value !== undefined) this.#fields.set(field, { value, origin: flag });
  }

  /** Sets a field from a flag with a comma list. */
  setList(field: string, flag: string, value: string | undefined): void {
    if (value === undefined) return;
    const items = value.split(",").map((item) => item.trim());
    this.#fields.set(field, { value: items.filter((item) => item !== ""), origin: flag });
  }

  /** Sets a field from a flag with a JSON object. True when it was given. */
  setObject(field: string, flag: string, value: string | undefined): boolean {
    if (value === undefined) return false;
    const object = this.#objectIn(Buffer.from(value), flag);
    if (object === undefined) this.#unreadable.add(field);
    else this.#fields.set(field, { value: object, origin: flag });
    return true;
  }

  /** Forgets a field of the file. */
  drop(field: string): void {
    this.#fields.delete(field);
  }

  /** Reads a field; `absent` says what it is when nobody gives it. */
  read<T>(field: string, reader: Reader<T>, absent: Absent<T>): T {
    this.#known.add(field);
    if (this.#unreadable.has(field)) return absent({ path: field, note: ignore });
    const given = this.#fields.get(field);
    const place = this.placeOf(field);
    if (given !== undefined) return reader(given.value, place);
    return absent(this.#isFileReadable ? place : { path: field, note: ignore });
  }

  /** Where a field stands. */
  placeOf(field: string): Place {
    const origin = this.#fields.get(field)?.origin ?? this.#home;
    return { path: field, note: (text) => this.#faults.add(origin, text) };
  }

  /** Notes every field that was given and never read. */
  refuseUnknown(): void {
    for (const [field, { origin }] of this.#fields)
      if (!this.#known.has(field)) this.#faults.add(origin, `${JSON.stringify(field)} is no field of this metadata`);
  }
}
