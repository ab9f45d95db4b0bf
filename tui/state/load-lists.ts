// Fetches the lists over all namespaces: lines, what was live at a time, and what differs between two.

import type { Output } from "../../shared/contract/operations.ts";
import { splitLineName } from "../../shared/domain/names.ts";
import { formatMicros, type Clock } from "../../shared/lib/clock.ts";
import { attempt, call, type Loading } from "./loading.ts";
import type { PageFacts } from "./action.ts";

/** Items in one answer: the most that the daemon gives. */
const PAGE = 1000;

interface Page {
  readonly total: number;
  readonly next: string | null;
}

/** All pages of a list, each shown when it comes. */
async function eachPage<P extends Page>(
  { signal }: Loading,
  fetch: (after: { readonly after?: string }) => Promise<P>,
  show: (page: P, facts: PageFacts) => void,
): Promise<void> {
  let after: string | undefined;
  for (let isFirst = true; ; isFirst = false) {
    const page = await fetch(after === undefined ? {} : { after });
    if (signal.aborted) return;
    show(page, { total: page.total, isFirst, isLast: page.next === null });
    if (page.next === null) return;
    after = page.next;
  }
}

/** The lines of every namespace. */
export function loadLines(loading: Loading): Promise<void> {
  const fetch = (): Promise<void> =>
    eachPage<Output<"line.list">>(
      loading,
      (after) => call(loading, "line.list", { limit: PAGE, ...after }),
      (page, facts) => loading.dispatch({ type: "lines_page", items: page.items, ...facts }),
    );
  return attempt(loading, fetch, (reason) => ({ type: "lines_failed", reason }));
}

/** These lines once more. */
export function refreshLines(loading: Loading, lines: readonly string[]): Promise<void> {
  const one = async (line: string): Promise<Output<"line.list">["items"]> => {
    const name = splitLineName(line);
    if (name === undefined) return [];
    let found: Output<"line.list">["items"] = [];
    // A short name may be part of many others.
    await eachPage<Output<"line.list">>(
      loading,
      (after) => call(loading, "line.list", { namespace: name.namespace, text: name.name.slice(0, 200), limit: PAGE, ...after }),
      (page) => {
        found = [...found, ...page.items.filter((item) => item.line === line)];
      },
    );
    return found;
  };
  const fetch = async (): Promise<void> => {
    const items = (await Promise.all(lines.map(one))).flat();
    if (!loading.signal.aborted) loading.dispatch({ type: "lines_refreshed", lines, items });
  };
  return attempt(loading, fetch, (reason) => ({ type: "lines_failed", reason }));
}

interface LiveRequest {
  readonly target: string;
  readonly at: string | undefined;
  readonly until: string | undefined;
}

/** What was live at a time (now without one), or what differs between two. */
export function loadLive(loading: Loading, { target, at, until }: LiveRequest, clock: Clock): Promise<void> {
  const time = at ?? formatMicros(clock.nowMicros());
  const some = { limit: PAGE, ...(target === "" ? {} : { target }) };
  const table = (): Promise<void> =>
    eachPage<Output<"live.at">>(
      loading,
      (after) => call(loading, "live.at", { at: time, ...some, ...after }),
      (page, facts) => loading.dispatch({ type: "live_page", target, at: page.at, items: page.items, ...facts }),
    );
  const changes = (to: string): Promise<void> =>
    eachPage<Output<"live.diff">>(
      loading,
      (after) => call(loading, "live.diff", { from: time, to, ...some, ...after }),
      (page, facts) => loading.dispatch({ type: "changes_page", target, at: page.from, until: page.to, items: page.items, ...facts }),
    );
  return attempt(
    loading,
    () => (until === undefined ? table() : changes(until)),
    (reason) => ({ type: "live_failed", target, reason }),
  );
}
