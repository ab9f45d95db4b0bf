// bzip2's checksum: CRC-32 with the highest bit first.

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc < 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc >>> 0;
});

/** The checksum of the bytes from `start` to `end`, unsigned. */
export function bzip2Crc(bytes: Uint8Array, start: number, end: number): number {
  let crc = -1;
  for (let i = start; i < end; i++) crc = (crc << 8) ^ (TABLE[(crc >>> 24) ^ (bytes[i] ?? 0)] ?? 0);
  return ~crc >>> 0;
}
