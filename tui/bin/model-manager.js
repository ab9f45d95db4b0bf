#!/usr/bin/env node
// The terminal program.

import { launch } from "./launch.js";

await launch("model-manager");
