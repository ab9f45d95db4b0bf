#!/usr/bin/env node
// The daemon's program. What V8 makes of the bundle is kept beside it, so that the next start need not compile it again.

import module from "node:module";
import path from "node:path";
import { launch, root } from "./launch.js";

// As a variable it reaches the threads, and a newer Node that takes over. Where it cannot be written every start compiles.
process.env.NODE_COMPILE_CACHE ??= path.join(root, "dist/compile-cache");
module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
await launch("model-managerd");
