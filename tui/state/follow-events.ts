// The daemon's events, gathered so that the screen is refreshed at most four times a second.

import type { CatalogEvent } from "../../shared/contract/events.ts";
import type { DaemonClient } from "../client/daemon-client.ts";
import { pause } from "./waiting.ts";

/** Time between two batches, in milliseconds. */
export const BATCH_MS = 250;

export interface FollowOptions {
  readonly client: DaemonClient;
  readonly after: number;
  readonly signal: AbortSignal;
  /** Shows a batch; the next one waits until what it asked for has come. */
  readonly onBatch: (events: readonly CatalogEvent[]) => Promise<void>;
}

/** Follows events until the stream ends. The first event of a quiet time is shown at once. Rejects with what the stream rejects with. */
export async function followEvents(options: FollowOptions): Promise<void> {
  const { client, after, signal, onBatch } = options;
  let gathered: CatalogEvent[] = [];
  let showing: Promise<void> | undefined;

  const show = async (): Promise<void> => {
    while (gathered.length > 0 && !signal.aborted) {
      const batch = gathered;
      gathered = [];
      await onBatch(batch);
      await pause(BATCH_MS, signal);
    }
    showing = undefined;
  };

  for await (const event of client.stream("event.stream", { after, follow: true }, signal)) {
    gathered.push(event);
    showing ??= show();
  }
  await showing;
}
