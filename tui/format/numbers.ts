// Numbers as a person reads them in a fixed space.

/** A number with its sign always printed: `+0.0412`, `-0.0034`, `+0.0000`. `null` and non-finite numbers give `n/a`. */
export function signed(value: number | null, digits = 4): string {
  if (value === null || !Number.isFinite(value)) return "n/a";
  const text = Math.abs(value).toFixed(digits);
  // A negative value that rounds to nothing keeps its minus: the sign is information of its own.
  return `${value < 0 ? "-" : "+"}${text}`;
}

/** A value with about `significant` digits and no exponent where six places are enough. */
export function compact(value: number | null, significant = 6): string {
  if (value === null || !Number.isFinite(value)) return "n/a";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e7 || size < 1e-5) return value.toExponential(3);
  const text = value.toPrecision(significant);
  return text.includes("e") ? String(Math.round(value)) : text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Bytes in steps of 1024: `512 B`, `2.0 KB`, `3.4 MB`. */
export function byteSize(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${units[unit] ?? "B"}`;
}

/** `1 group`, `2 groups`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}
