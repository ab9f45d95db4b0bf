// The thread that writes the catalog: a disk that is slow to sync holds up this thread, and not those who are answered from memory.

import { parentPort, workerData } from "node:worker_threads";
import type { Log } from "../app/ports.ts";
import { openCatalogWriter, type CatalogWriter } from "./catalog-writer.ts";
import { packFault, type WriterCommand, type WriterReport, type WriterSettings } from "./writer-messages.ts";

if (parentPort === null) throw new Error("writer-thread.ts runs only as a worker thread");
const port = parentPort;
const { file, integrityCheck } = workerData as WriterSettings;

function report(message: WriterReport): void {
  port.postMessage(message);
}

function logAt(level: keyof Log): Log["info"] {
  // Errors in the fields travel as text: their classes do not survive.
  const plain = (value: unknown): unknown => (value instanceof Error ? (value.stack ?? value.message) : value);
  return (fields, message) => {
    const sent = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, plain(value)]));
    report({ kind: "log", level, fields: sent, message });
  };
}

const log: Log = { debug: logAt("debug"), info: logAt("info"), warn: logAt("warn"), error: logAt("error") };

async function open(): Promise<CatalogWriter | undefined> {
  try {
    return await openCatalogWriter({
      ...{ file, log },
      onNotDurable: (fault) => report({ kind: "not_durable", fault: packFault(fault) }),
      ...(integrityCheck === undefined ? {} : { integrityCheck }),
    });
  } catch (error) {
    report({ kind: "refused", fault: packFault(error) });
    return undefined;
  }
}

async function close(writer: CatalogWriter): Promise<void> {
  await writer[Symbol.asyncDispose]();
  report({ kind: "closed" });
  port.close();
}

const writer = await open();
if (writer === undefined) port.close();
else {
  port.on("message", (command: WriterCommand) => {
    if (command.kind === "close") void close(writer);
    else
      writer.write(command.change).then(
        () => report({ kind: "written", id: command.id, fault: undefined }),
        (error: unknown) => report({ kind: "written", id: command.id, fault: packFault(error) }),
      );
  });
  report({ kind: "ready" });
}
