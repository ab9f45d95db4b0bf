// What the main thread and the thread that writes the catalog say to each other.

import type { CatalogChange } from "../app/ports.ts";
import { SchemaError } from "./migrate.ts";
import { StorageFault, toStorageFault, type StorageFaultKind } from "./storage-fault.ts";

/** How the thread opens the catalog. */
export interface WriterSettings {
  readonly file: string;
  readonly integrityCheck: boolean | undefined;
}

/** To the thread. Changes are answered in the order given. */
export type WriterCommand = { readonly kind: "write"; readonly id: number; readonly change: CatalogChange } | { readonly kind: "close" };

/** From the thread: first `ready` or `refused`, at last `closed`. */
export type WriterReport =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly fault: SentFault }
  | { readonly kind: "written"; readonly id: number; readonly fault: SentFault | undefined }
  /** What was written may not be on the disk. Comes before the answer to the change that found out. */
  | { readonly kind: "not_durable"; readonly fault: SentFault }
  | { readonly kind: "log"; readonly level: "debug" | "info" | "warn" | "error"; readonly fields: object; readonly message: string }
  | { readonly kind: "closed" };

/** An error of the store on its way between threads, which errors of our own classes do not survive. */
export type SentFault =
  | {
      readonly what: "storage";
      readonly kind: StorageFaultKind;
      readonly code: string;
      readonly message: string;
      readonly cause: SentCause;
    }
  | { readonly what: "schema"; readonly message: string };

type SentCause = { readonly message: string; readonly stack: string | undefined } | undefined;

/** The error as it can be sent. */
export function packFault(error: unknown): SentFault {
  if (error instanceof SchemaError) return { what: "schema", message: error.message };
  const { kind, code, message, cause } = toStorageFault(error);
  const sent = cause instanceof Error ? { message: cause.message, stack: cause.stack } : undefined;
  return { what: "storage", kind, code, message, cause: sent };
}

/** The error that was sent. */
export function unpackFault(fault: SentFault): StorageFault | SchemaError {
  if (fault.what === "schema") return new SchemaError(fault.message);
  const { kind, message, code } = fault;
  return new StorageFault(kind, message, { code, ...(fault.cause === undefined ? {} : { cause: toError(fault.cause) }) });
}

function toError({ message, stack }: NonNullable<SentCause>): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
