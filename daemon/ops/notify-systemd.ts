// Tells systemd how the daemon is: sd_notify(3) of libsystemd, called only when systemd asked for it.

import type { Log } from "../app/ports.ts";

/** What systemd can be told. Without a systemd that listens, nothing happens. */
export interface ServiceNotifier {
  /** True when somebody hears what is told. */
  readonly listens: boolean;
  /** The daemon serves; `status` is what `systemctl status` shows. */
  ready(status: string): void;
  /** One line for `systemctl status`. */
  status(text: string): void;
  /** The daemon has begun to stop. */
  stopping(): void;
  /** Start or stop takes that much longer from now on, in milliseconds. */
  extendTimeout(milliseconds: number): void;
  /** The daemon is well; to be called more often than `watchdogMs`, and only when it is true. */
  watchdog(): void;
  /** How often systemd wants to hear from us (half its limit); undefined when it does not watch. */
  readonly watchdogMs: number | undefined;
}

/** The environment that systemd makes for a unit. */
export interface UnitEnvironment {
  readonly [name: string]: string | undefined;
}

/**
 * Loads libsystemd when NOTIFY_SOCKET is set. libsystemd reads the process's own environment, so `env` must be that of the process.
 * Never rejects: a missing library is one line in the log, and systemd's own time limits then tell.
 */
export async function openServiceNotifier(log: Log, env: UnitEnvironment = process.env, pid = process.pid): Promise<ServiceNotifier> {
  const send = (env["NOTIFY_SOCKET"] ?? "") === "" ? undefined : await loadNotify(log);
  const tell = (...lines: readonly string[]): void => {
    if (send === undefined) return;
    const result = send(0, lines.join("\n"));
    if (result < 0) log.warn({ errno: -result }, "systemd could not be notified");
  };
  return {
    listens: send !== undefined,
    ready: (status) => tell("READY=1", `STATUS=${oneLine(status)}`),
    status: (text) => tell(`STATUS=${oneLine(text)}`),
    stopping: () => tell("STOPPING=1", "STATUS=stopping"),
    extendTimeout: (milliseconds) => tell(`EXTEND_TIMEOUT_USEC=${Math.round(milliseconds * 1000)}`),
    watchdog: () => tell("WATCHDOG=1"),
    watchdogMs: send === undefined ? undefined : watchdogPeriod(env, pid),
  };
}

/** Why systemd could not be told anything; empty when its library is here. */
export async function libsystemdFault(): Promise<string> {
  try {
    await loadLibrary();
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** int sd_notify(int unset_environment, const char *state): > 0 sent, 0 nobody asked, < 0 a negated errno. */
type SdNotify = (unsetEnvironment: number, state: string) => number;

async function loadLibrary(): Promise<SdNotify> {
  const { default: koffi } = await import("koffi");
  return koffi.load("libsystemd.so.0").func("int sd_notify(int unset_environment, const char *state)");
}

async function loadNotify(log: Log): Promise<SdNotify | undefined> {
  try {
    return await loadLibrary();
  } catch (error) {
    log.warn(
      { err: error },
      "systemd waits for a notification, but libsystemd.so.0 cannot be loaded; install libsystemd or use Type=exec in the unit",
    );
    return undefined;
  }
}

/** WATCHDOG_USEC is meant for WATCHDOG_PID only (sd_watchdog_enabled(3)). */
function watchdogPeriod(env: UnitEnvironment, pid: number): number | undefined {
  const micros = Number(env["WATCHDOG_USEC"]);
  const meant = env["WATCHDOG_PID"];
  if (!Number.isSafeInteger(micros) || micros <= 0 || (meant !== undefined && meant !== String(pid))) return undefined;
  return Math.floor(micros / 2000);
}

/** A line break would begin another assignment. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}
