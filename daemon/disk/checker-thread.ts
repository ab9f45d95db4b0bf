// The thread that hashes stored objects: reading through a large store must not hold up those who are answered from memory.

import { parentPort, workerData } from "node:worker_threads";
import type { ObjectRecord } from "../app/ports.ts";
import { checkObjects } from "./check-objects.ts";

if (parentPort === null) throw new Error("checker-thread.ts runs only as a worker thread");
const port = parentPort;
const { packs } = workerData as { readonly packs: string };

port.on("message", (objects: readonly ObjectRecord[]) => port.postMessage(checkObjects(packs, objects)));
