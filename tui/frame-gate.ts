// Shows the views a model that stands still while the terminal takes nothing: frames are skipped, and then the newest is drawn.

import type { Model } from "./state/model.ts";
import type { Store } from "./state/store.ts";
import type { TerminalOutput } from "./terminal-output.ts";

/** What the views read. */
export interface FrameGate extends Pick<Store, "getModel" | "subscribe">, Disposable {}

/** Follows the store. At most one frame is under way to the terminal, so a dead link costs no memory and shows no past when it is back. */
export function openFrameGate(store: Store, output: TerminalOutput): FrameGate {
  let shown: Model = store.getModel();
  const listeners = new Set<() => void>();
  const pass = (): void => {
    const model = store.getModel();
    if (model === shown || output.isBusy) return;
    const isResized = model.size !== shown.size;
    shown = model;
    // Ink lays out by the output's size: it must change together with the model's.
    if (isResized) Object.assign(output, model.size);
    for (const listener of [...listeners]) listener();
    if (isResized) output.emit("resize");
  };
  const stops = [store.subscribe(pass), output.onIdle(pass)];
  return {
    getModel: () => shown,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    [Symbol.dispose]: () => stops.forEach((stop) => stop()),
  };
}
