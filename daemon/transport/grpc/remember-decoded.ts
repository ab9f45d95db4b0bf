// Decodes a request once: strategy processes ask for the same models again and again, byte for byte.

/** Requests remembered; many more than strategies times models of one process. When they are exceeded, all are forgotten. */
const REMEMBERED = 4096;
/** Longer ones are decoded each time, so that what is remembered stays below a few MB. */
const LONGEST_BYTES = 512;

/** `decode` with a memory. What it gives is shared by all who sent the same bytes and must not be changed. A failure is not remembered. */
export function rememberDecoded<Request>(decode: (bytes: Buffer) => Request): (bytes: Buffer) => Request {
  const known = new Map<string, Request>();
  return (bytes) => {
    if (bytes.length > LONGEST_BYTES) return decode(bytes);
    const key = bytes.toString("latin1");
    const before = known.get(key);
    if (before !== undefined) return before;
    const request = decode(bytes);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, request);
    return request;
  };
}
