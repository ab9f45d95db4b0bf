// Float32 numbers in the order of their distance from one.

const asFloat = new Float32Array(1);
const asBits = new Int32Array(asFloat.buffer);

/** A float, and `count` floats on either side of it, nearest first. Only finite ones of the same sign. */
export function floatsNear(float: number, count: number): readonly number[] {
  if (!Number.isFinite(float)) return [];
  asFloat[0] = float;
  const bits = asBits[0] ?? 0;
  const found = [float];
  for (let step = 1; step <= count; step++)
    for (const neighbour of [bits - step, bits + step]) if (neighbour < 0 === bits < 0) found.push(fromBits(neighbour));
  return found.filter(Number.isFinite);
}

function fromBits(bits: number): number {
  asBits[0] = bits;
  return asFloat[0] ?? 0;
}
