// `npm start`: builds when the sources are newer, then decides between UI and daemon.

import { launch } from "./launch.js";

await launch("start");
