// `<group>_series.csv`: dated IC and returns (DESIGN §8.4). Here only its header is checked.

import { rejected, type Rejected } from "./rejected.ts";
import { decodeUtf8, withoutBom } from "./utf8-text.ts";

const HEADER = "date,ic,ret";

/** Checks that the file is UTF-8 text that begins with the header. */
export function checkSeries(bytes: Uint8Array): { readonly ok: true } | Rejected {
  const decoded = decodeUtf8(bytes);
  if (!decoded.ok) return decoded;
  const first = /^[^\r\n]*/.exec(withoutBom(decoded.text))?.[0] ?? "";
  const columns = first.split(",").map((name) => name.trim().replace(/^"(.*)"$/, "$1"));
  return columns.join() === HEADER ? { ok: true } : rejected(`the header is ${JSON.stringify(first.slice(0, 80))}, not ${HEADER}`);
}
