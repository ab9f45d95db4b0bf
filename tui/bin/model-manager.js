#!/usr/bin/env node
// The terminal program.

import { keepCompiled } from "./compile-cache.js";
import { launch } from "./launch.js";

keepCompiled();
await launch("model-manager");
