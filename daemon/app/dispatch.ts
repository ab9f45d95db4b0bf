// One gate for every door: is there such an operation, may this principal use it, is the input right; and one place where bugs are logged.

import type { z } from "zod";
import { AppError } from "../../shared/contract/errors.ts";
import { isOperationName, OPERATIONS, type CallName, type OperationName, type StreamName } from "../../shared/contract/operations.ts";
import { failpoint } from "../failpoint.ts";
import type { Handlers, RequestContext } from "./doors.ts";
import type { Log, Principal } from "./ports.ts";
import { toRefusal } from "./disk-faults.ts";

/** Calls and streams by name, with unchecked input. */
export interface Dispatcher {
  call(name: string, input: unknown, context: RequestContext): Promise<unknown>;
  stream(name: string, input: unknown, context: RequestContext): AsyncIterable<unknown>;
}

/** A dispatcher over the handlers. Every error it lets out is an AppError. */
export function createDispatcher(handlers: Handlers, log: Log): Dispatcher {
  return {
    async call(name, input, context) {
      try {
        const operation = admit(name, context.principal);
        if (!isCall(operation)) throw new AppError("invalid_input", `${name} is a stream; open it as one`);
        const checked = checkInput(OPERATIONS[operation].input, input);
        const answer = await run(handlers, operation, checked, context);
        FAILPOINT: if (OPERATIONS[operation].kind === "command") await failpoint("command.before_reply");
        noteCommand(log, operation, context, { input: shortened(checked) });
        return answer;
      } catch (error) {
        const refused = refusal(error, name, context, log);
        if (isOperationName(name)) noteCommand(log, name, context, { refused: refused.code, why: refused.message });
        throw refused;
      }
    },
    async *stream(name, input, context) {
      try {
        const operation = admit(name, context.principal);
        if (isCall(operation)) throw new AppError("invalid_input", `${name} answers one value; call it`);
        yield* open(handlers, operation, input, context);
      } catch (error) {
        throw refusal(error, name, context, log);
      }
    },
  };
}

/** The refusal to send for what a handler threw; a bug is logged here, once, with its cause. */
export function refusal(error: unknown, operation: string, context: RequestContext, log: Log): AppError {
  // A handler that gave up because nobody waits for it any more is no bug.
  const isGivenUp = context.signal.aborted && error instanceof Error && error.name === "AbortError";
  const refused = isGivenUp ? new AppError("cancelled", "cancelled by the caller") : AppError.from(toRefusal(error));
  if (refused.code === "internal")
    log.error({ err: refused.cause ?? refused, operation, principal: context.principal.name }, "operation failed");
  else if (refused.cause !== undefined) log.warn({ err: refused.cause, operation, code: refused.code }, "operation refused");
  return refused;
}

/** Metadata can be long, and the log has one line for a command. */
const LOGGED_LETTERS = 300;
const LOGGED_ITEMS = 20;

function shortened(input: object): object {
  const short = (value: unknown): unknown => {
    if (typeof value === "string" && value.length > LOGGED_LETTERS) return `${value.slice(0, LOGGED_LETTERS)}… (${value.length} letters)`;
    if (!Array.isArray(value) || value.length <= LOGGED_ITEMS) return value;
    const items: readonly unknown[] = value;
    return [...items.slice(0, LOGGED_ITEMS), `… (${items.length} items)`];
  };
  return Object.fromEntries(Object.entries(input).map(([field, value]) => [field, short(value)]));
}

/** Who changed what, or tried to: one line for each command, whatever its door. What was changed is in the history, too, under the same name. */
function noteCommand(log: Log, operation: OperationName, { principal }: RequestContext, outcome: object): void {
  if (OPERATIONS[operation].kind !== "command") return;
  const { name, door, pid } = principal;
  const done = "refused" in outcome ? "was refused" : "was done";
  log.info({ principal: name, door, ...(pid === undefined ? {} : { pid }), ...outcome }, `${operation} ${done}`);
}

/** Throws unless the principal has the operation's scope. */
export function requireScope(operation: OperationName, principal: Principal): void {
  const { scope } = OPERATIONS[operation];
  if (principal.scopes.has(scope)) return;
  throw new AppError(
    "forbidden",
    `${operation} needs ${scope}, and ${principal.name} has only ${[...principal.scopes].join(", ") || "no scope"}`,
  );
}

/** Checks an operation's input against its schema. AppError `invalid_input` that names the fields. */
export function checkInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join(".") || "input"}: ${issue.message}`);
  throw new AppError("invalid_input", faults.join("; "));
}

function admit(name: string, principal: Principal): OperationName {
  if (!isOperationName(name)) throw new AppError("invalid_input", `there is no operation ${JSON.stringify(name.slice(0, 100))}`);
  requireScope(name, principal);
  return name;
}

function isCall(name: OperationName): name is CallName {
  return OPERATIONS[name].kind !== "stream";
}

// A handler's input type is what its operation's schema gives, and that very schema has checked the input; TypeScript cannot tie
// the two together for a name that is known only at run time.

function run(handlers: Handlers, name: CallName, input: unknown, context: RequestContext): Promise<unknown> {
  const handler = handlers[name] as (input: unknown, context: RequestContext) => Promise<unknown>;
  return handler(input, context);
}

function open(handlers: Handlers, name: StreamName, input: unknown, context: RequestContext): AsyncIterable<unknown> {
  const handler = handlers[name] as (input: unknown, context: RequestContext) => AsyncIterable<unknown>;
  return handler(checkInput(OPERATIONS[name].input, input), context);
}
