// Keeps what V8 makes of the bundle beside it, so that the next start need not compile it again. Plain JavaScript that Node 20 can read.

import module from "node:module";
import path from "node:path";
import { root } from "./launch.js";

/** Only whoever may write the bundle may write the cache; where it cannot be written, or Node is too old, every start compiles. */
export function keepCompiled() {
  module.enableCompileCache?.(path.join(root, "dist/compile-cache"));
}
