// Sockets that systemd has opened for us (sd_listen_fds(3)): it goes on queueing connections while the daemon restarts.

/** The first descriptor that is handed over. */
const FIRST = 3;

/** Descriptors by the name that the socket unit gives them (FileDescriptorName=); those without a name are left out. */
export function listenDescriptors(
  env: { readonly [name: string]: string | undefined } = process.env,
  pid = process.pid,
): ReadonlyMap<string, number> {
  const count = Number(env["LISTEN_FDS"] ?? "");
  // Meant for this process only: a child of ours would inherit the variables, but not the sockets.
  if (env["LISTEN_PID"] !== String(pid) || !Number.isSafeInteger(count) || count <= 0) return new Map();
  const names = (env["LISTEN_FDNAMES"] ?? "").split(":");
  return new Map(names.slice(0, count).flatMap((name, at) => (name === "" || name === "unknown" ? [] : [[name, FIRST + at] as const])));
}
