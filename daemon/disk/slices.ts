// Cuts long synchronous work into slices, so that events and timers get their turn in between.

/** Work without a break in ms; a manifest's event waits at most about twice this long. */
const SLICE_MS = 2;

/** Returns a function to be called often during the work: it gives a promise to await when a slice is over. */
export function createPause(): () => Promise<void> | undefined {
  let calls = 0;
  let sliceEnd = performance.now() + SLICE_MS;
  return () => {
    // Asking for the time costs as much as some of the work.
    if ((++calls & 15) !== 0 || performance.now() < sliceEnd) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        sliceEnd = performance.now() + SLICE_MS;
        resolve();
      });
    });
  };
}
