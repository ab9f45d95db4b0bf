// All work outside the model: the connection and its return after a break, loading, commands, timers. The only room that calls the client.

import { AppError } from "../../shared/contract/errors.ts";
import type { Clock } from "../../shared/lib/clock.ts";
import type { DaemonClient } from "../client/daemon-client.ts";
import { timeOfDay } from "../format/times.ts";
import type { Action, Effect } from "./action.ts";
import { followEvents } from "./follow-events.ts";
import { createJobs, type Jobs } from "./jobs.ts";
import { followScan, loadGroups, loadMoreHistory, loadParts, loadSources, refreshRows, registerPaths } from "./load-data.ts";
import { loadLines, loadLive, refreshLines } from "./load-lists.ts";
import { loadPlan } from "./load-plan.ts";
import type { Loading } from "./loading.ts";
import { lookUp, runCommand } from "./run-command.ts";
import { pause } from "./waiting.ts";

export interface EffectsOptions {
  readonly connect: () => Promise<DaemonClient>;
  readonly clock: Clock;
  readonly dispatch: (...actions: readonly Action[]) => void;
  readonly onExit: (code: number) => void;
  readonly onSuspend: () => void;
}

export interface Effects extends AsyncDisposable {
  readonly run: (effect: Effect) => void;
  /** Connects, and connects again whenever the connection ends, until disposed. */
  start(): void;
}

/** First and longest wait before another try to connect, in milliseconds. */
const BACK_OFF_MS = { first: 200, longest: 2000 };

/** True when a daemon is there but does not want us; then starting one is no cure. */
function isRefusal(error: unknown): boolean {
  return error instanceof AppError || (error instanceof Error && "kind" in error && error.kind === "refused");
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Session {
  readonly loading: Loading;
  readonly jobs: Jobs;
  /** Sources whose scan is followed already. */
  readonly scans: Set<string>;
  /** Calls off the last question about what was live, which a newer one replaces. */
  live: AbortController;
}

/** Makes the effects; nothing happens before `start`. */
export function createEffects(options: EffectsOptions): Effects {
  const { clock, dispatch } = options;
  const stop = new AbortController();
  let session: Session | undefined;
  let marks: NodeJS.Timeout | undefined;
  let loop: Promise<void> = Promise.resolve();
  const expireMarks = (afterMs: number): void => {
    marks ??= setTimeout(() => {
      marks = undefined;
      dispatch({ type: "marks_expired", atMs: clock.monotonicMs() });
    }, afterMs);
  };
  const run = (effect: Effect): void => {
    if (effect.type === "exit") return options.onExit(effect.code);
    if (effect.type === "suspend") return options.onSuspend();
    if (effect.type === "expire_marks") return expireMarks(effect.afterMs);
    // Without a connection nothing is asked; what is missing is asked for when it is back.
    if (session !== undefined) return load(session, effect, clock);
    if (effect.type === "command")
      dispatch({ type: "command_failed", command: effect.request.name, reason: "there is no connection to the daemon now" });
  };
  const supervisor = { ...options, stop: stop.signal, setSession: (next: Session | undefined) => (session = next) };
  return {
    run,
    start: () => {
      loop = keepConnected(supervisor);
    },
    [Symbol.asyncDispose]: async () => {
      clearTimeout(marks);
      stop.abort();
      await loop;
    },
  };
}

function load(session: Session, effect: Exclude<Effect, { type: "exit" | "suspend" | "expire_marks" }>, clock: Clock): void {
  const { loading, jobs, scans } = session;
  switch (effect.type) {
    case "load_sources":
      return jobs.replace("sources", (signal) => loadSources({ ...loading, signal }));
    case "load_groups":
      return jobs.replace("groups", (signal) => loadGroups({ ...loading, signal }, effect.source));
    case "load_parts":
      return jobs.replace(`parts ${effect.line} ${effect.parts.join(" ")}`, (signal) =>
        loadParts({ ...loading, signal }, effect.line, effect.parts),
      );
    case "refresh_rows":
      return jobs.queue(() => refreshRows(loading, effect.source, effect.keys));
    case "refresh_lines":
      return jobs.queue(() => refreshLines(loading, effect.lines));
    case "load_lines":
      return jobs.replace("lines", (signal) => loadLines({ ...loading, signal }));
    // These may take long; news of changes does not wait for them.
    case "more_history":
      return void loadMoreHistory(loading, effect.line, effect.after);
    case "load_live":
      session.live.abort();
      session.live = new AbortController();
      return void loadLive({ ...loading, signal: AbortSignal.any([loading.signal, session.live.signal]) }, effect, clock);
    case "plan":
      return void loadPlan(loading, effect.request, clock);
    case "look_up":
      return void lookUp(loading, effect.lost);
    case "command":
      return void runCommand(loading, effect.request);
    case "register_paths":
      return void registerPaths(loading, effect.paths);
    case "follow_scan": {
      if (scans.has(effect.source)) return;
      scans.add(effect.source);
      // A source that goes on saying it is not scanned yet is asked again only after a while.
      void followScan(loading, effect.source, () => clock.monotonicMs())
        .then(() => pause(BACK_OFF_MS.longest, loading.signal))
        .finally(() => scans.delete(effect.source));
    }
  }
}

interface Supervisor extends EffectsOptions {
  readonly stop: AbortSignal;
  readonly setSession: (session: Session | undefined) => void;
}

/** Connects, serves, and begins again, waiting longer after each failure in a row. */
async function keepConnected(supervisor: Supervisor): Promise<void> {
  const { stop, dispatch } = supervisor;
  let wait = BACK_OFF_MS.first;
  let sequence: number | undefined;
  while (!stop.aborted) {
    try {
      const client = await connectUnlessStopped(supervisor);
      if (client === undefined) return;
      const isServed = await serve(supervisor, client, sequence, (seen) => (sequence = seen));
      if (isServed) wait = BACK_OFF_MS.first;
    } catch (error) {
      dispatch({ type: "connect_failed", reason: wordsOf(error), isRefused: isRefusal(error) });
    }
    await pause(wait, stop);
    wait = Math.min(BACK_OFF_MS.longest, wait * 2);
  }
}

/** Undefined when the wish to stop comes first; a connection that is made all the same is closed. */
async function connectUnlessStopped({ connect, stop }: Supervisor): Promise<DaemonClient | undefined> {
  const stopped = Promise.withResolvers<undefined>();
  const onStop = (): void => stopped.resolve(undefined);
  stop.addEventListener("abort", onStop, { once: true });
  const connecting = connect();
  try {
    const client = await Promise.race([connecting, stopped.promise]);
    if (client === undefined)
      void connecting.then(
        (late) => late.close(),
        () => undefined,
      );
    return client;
  } finally {
    stop.removeEventListener("abort", onStop);
  }
}

/** One connection from its beginning to its end. Rejects when the daemon does not even say how it is. */
async function serve(
  supervisor: Supervisor,
  client: DaemonClient,
  known: number | undefined,
  onSequence: (sequence: number) => void,
): Promise<boolean> {
  const { clock, dispatch, stop } = supervisor;
  const ended = new AbortController();
  const end = (): void => ended.abort();
  void client.closed.then(end, end);
  const signal = AbortSignal.any([stop, ended.signal]);
  // Ends whatever is still being asked, the stream of events above all.
  signal.addEventListener("abort", () => client.close(), { once: true });
  try {
    const status = await client.call("status", {}, signal);
    const jobs = createJobs(signal);
    supervisor.setSession({ loading: { client, signal, dispatch }, jobs, scans: new Set(), live: new AbortController() });
    // A daemon that is behind what we have seen is another catalog: begin anew.
    let resumed = known !== undefined && known <= status.sequence;
    let after = resumed && known !== undefined ? known : status.sequence;
    while (!signal.aborted) {
      onSequence(after);
      dispatch({ type: "connected", welcome: client.welcome, sequence: after, resumed });
      const refused = await follow(supervisor, client, after, signal, jobs, (seen) => onSequence((after = seen)));
      if (signal.aborted) break;
      await pause(BACK_OFF_MS.longest, signal);
      if (signal.aborted) break;
      // The stream ended although the connection stands. Refused: from the beginning; else from the last event on.
      resumed = !refused;
      if (refused) after = (await client.call("status", {}, signal)).sequence;
    }
    return true;
  } finally {
    supervisor.setSession(undefined);
    client.close();
    if (!stop.aborted)
      dispatch({ type: "connection_lost", reason: "the daemon closed the connection", since: timeOfDay(clock.nowMicros()) });
  }
}

/** Shows events until their stream ends; true when the daemon refused to give them. */
async function follow(
  supervisor: Supervisor,
  client: DaemonClient,
  after: number,
  signal: AbortSignal,
  jobs: Jobs,
  onSequence: (sequence: number) => void,
): Promise<boolean> {
  const { clock, dispatch } = supervisor;
  try {
    await followEvents({
      client,
      after,
      signal,
      onBatch: async (events) => {
        const last = events.at(-1);
        if (last !== undefined) onSequence(last.sequence);
        dispatch({ type: "events", events, atMs: clock.monotonicMs() });
        await jobs.settled();
      },
    });
    return false;
  } catch (error) {
    return error instanceof AppError;
  }
}
