// The line that `systemctl status` shows.

import type { StatusView } from "../../shared/contract/views.ts";

/** `serving 8 groups of 2 sources, 1 degraded; 3 clients, gRPC 127.0.0.1:50061`. Degraded sources and groups are counted together. */
export function describeStatus(status: StatusView): string {
  const { groups, sources, clients } = status;
  const degraded = status.sources_degraded + status.groups_degraded;
  const what = `${counted(groups, "group")} of ${counted(sources, "source")}${degraded === 0 ? "" : `, ${degraded} degraded`}`;
  if (!status.ready) return `scanning: ${what} so far`;
  const stopped = status.capture_stopped === "" ? "" : `; ${status.capture_stopped}`;
  return `serving ${what}; ${counted(clients, "client")}, gRPC ${status.grpc ?? "off"}${stopped}`;
}

function counted(count: number, name: string): string {
  return `${count.toLocaleString("en-US")} ${name}${count === 1 ? "" : "s"}`;
}
