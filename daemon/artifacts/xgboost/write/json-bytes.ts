// Fields of a model document as JSON text.

import { ByteWriter } from "./byte-writer.ts";
import { isFieldList, isPacked, LooseNumbers, sortedMembers, type Field, type FieldObject, type PackedField } from "./fields.ts";
import { writeFloat } from "./float-text.ts";

/**
 * Writes fields as XGBoost writes JSON: no spaces, floats always with an exponent, integers without, names in order.
 *
 * A NaN or an infinity comes out bare (`NaN`, `Infinity`): every release reads that, a strict JSON parser does not.
 */
export function jsonBytes(fields: FieldObject): Uint8Array {
  const text = new JsonText();
  text.field(fields);
  return text.finish();
}

const COMMA = 0x2c;

class JsonText {
  readonly #writer = new ByteWriter();
  /** Names with their quotes; every tree has the same ones. */
  readonly #names = new Map<string, string>();

  field(field: Field): void {
    if (typeof field === "string") this.#writer.text(quoted(field));
    else if (typeof field === "number" || typeof field === "boolean") this.#writer.text(String(field));
    else if (isPacked(field)) this.#numbers(field);
    else if (field instanceof LooseNumbers) this.#numbers(field.values);
    else if (isFieldList(field)) this.#list(field);
    else this.#object(field);
  }

  finish(): Uint8Array {
    return this.#writer.finish();
  }

  #object(object: FieldObject): void {
    this.#writer.mark("{");
    sortedMembers(object).forEach(([name, field], place) => {
      if (place > 0) this.#writer.byte(COMMA);
      this.#writer.text(this.#name(name));
      this.field(field);
    });
    this.#writer.mark("}");
  }

  #name(name: string): string {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const text = `${quoted(name)}:`;
    this.#names.set(name, text);
    return text;
  }

  #list(list: readonly Field[]): void {
    this.#writer.mark("[");
    list.forEach((field, place) => {
      if (place > 0) this.#writer.byte(COMMA);
      this.field(field);
    });
    this.#writer.mark("]");
  }

  #numbers(numbers: PackedField): void {
    const writer = this.#writer;
    writer.mark("[");
    if (numbers instanceof Float32Array) {
      for (let place = 0; place < numbers.length; place++) {
        if (place > 0) writer.byte(COMMA);
        writeFloat(writer, numbers[place] ?? 0);
      }
    } else if (numbers instanceof Int32Array || numbers instanceof Uint8Array) {
      for (let place = 0; place < numbers.length; place++) {
        if (place > 0) writer.byte(COMMA);
        writer.integer(numbers[place] ?? 0);
      }
    } else writer.text(numbers.join(","));
    writer.mark("]");
  }
}

/** Escapes as XGBoost's own writer has them; its reader knows no others, and takes what is beyond ASCII as it is. */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
