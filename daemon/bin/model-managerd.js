#!/usr/bin/env node
// The daemon's program.

import { launch } from "./launch.js";

await launch("model-managerd");
