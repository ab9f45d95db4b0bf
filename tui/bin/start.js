// `npm start`: builds when the sources are newer, then decides between UI and daemon.

import { keepCompiled } from "./compile-cache.js";
import { launch } from "./launch.js";

keepCompiled();
await launch("start");
