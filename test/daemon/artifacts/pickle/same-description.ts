// Compares a description with a golden one, by the rules of the format: sets without order, floats as numbers, byte order of arrays either way.

interface Json {
  readonly [key: string]: unknown;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The first place at which the two differ, with both sides; undefined when they say the same. An opaque golden value allows anything. */
export function difference(golden: unknown, ours: unknown, path = ""): string | undefined {
  if (isObject(golden) && golden["$"] === "opaque") return undefined;
  const numbers = [taggedFloat(golden), taggedFloat(ours)];
  if (numbers[0] !== undefined || numbers[1] !== undefined) return Object.is(numbers[0], numbers[1]) ? undefined : told(golden, ours, path);
  if (Array.isArray(golden) && Array.isArray(ours)) return inList(golden, ours, path);
  if (isObject(golden) && isObject(ours)) return inObject(golden, ours, path);
  return Object.is(golden, ours) ? undefined : told(golden, ours, path);
}

function told(golden: unknown, ours: unknown, path: string): string {
  return `${path}: ${JSON.stringify(golden)?.slice(0, 200)} is described as ${JSON.stringify(ours)?.slice(0, 200)}`;
}

/** `{"$":"float","v":"3.0"}` as the number. */
function taggedFloat(value: unknown): number | undefined {
  if (!isObject(value) || value["$"] !== "float" || typeof value["v"] !== "string") return undefined;
  const text = value["v"];
  return text === "nan" ? Number.NaN : text.endsWith("inf") ? Number(text.replace("inf", "Infinity")) : Number(text);
}

function inList(golden: readonly unknown[], ours: readonly unknown[], path: string): string | undefined {
  if (golden.length !== ours.length) return told(golden, ours, `${path} (${golden.length} members, ours ${ours.length})`);
  for (let i = 0; i < golden.length; i++) {
    const found = difference(golden[i], ours[i], `${path}/${i}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function inObject(golden: Json, ours: Json, path: string): string | undefined {
  if (golden["$"] !== ours["$"]) return told(golden, ours, path);
  if (golden["$"] === "set" || golden["$"] === "frozenset") {
    return difference(sorted(golden["v"]), sorted(ours["v"]), `${path}.v`);
  }
  for (const key of new Set([...Object.keys(golden), ...Object.keys(ours)])) {
    const found =
      key === "dtype" && golden["$"] === "ndarray"
        ? difference(littleEndian(golden[key]), littleEndian(ours[key]), `${path}.dtype`)
        : difference(golden[key], ours[key], `${path}.${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sorted(list: unknown): unknown {
  return Array.isArray(list) ? list.map((item) => JSON.stringify(item)).sort() : list;
}

function littleEndian(dtype: unknown): unknown {
  return typeof dtype === "string" ? dtype.replace(/^>/, "<") : dtype;
}
