// Whose message comes next: each client's first at once, all others in turn, one for each turn of the event loop.

import type { Pace } from "./pace.ts";

/** What a lane does with its messages. */
export interface LaneOptions {
  /** Takes one message; must not throw. */
  readonly handle: (text: string) => void;
  /** The tap: false while nothing more shall be read from the client. */
  readonly flow: (isOpen: boolean) => void;
  /** The sender's pace; none without it. */
  readonly pace?: Pace | undefined;
}

/** The messages of one client, in their order. */
export interface Lane {
  /** A message has arrived. What arrived in one piece with it may follow although the tap is closed. */
  push(text: string): void;
  /** Hands nothing on and reads nothing … */
  hold(): void;
  /** … until this. */
  release(): void;
  /** Drops what waits, and takes nothing more. */
  close(): void;
}

interface LaneState extends LaneOptions {
  readonly waiting: string[];
  /** True when its next message need not wait for a turn. */
  isFresh: boolean;
  /** True while it waits for its turn, or for its pace. */
  isInLine: boolean;
  isHeld: boolean;
  isClosed: boolean;
  isFlowing: boolean;
}

/**
 * A client that sends one message and waits for the answer is served at once, whatever others do. One that sends many is served a message a turn,
 * and shares the turns with all others that do so: a flood costs everybody else one message's time.
 */
export function createTurns(): { lane(options: LaneOptions): Lane } {
  const line: LaneState[] = [];
  let isScheduled = false;
  const schedule = (): void => {
    if (isScheduled || line.length === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      for (let next = line.shift(); next !== undefined; next = line.shift()) {
        next.isInLine = false;
        if (serveWaiting(next, queueUp)) break;
      }
      schedule();
    });
  };
  const queueUp = (lane: LaneState): void => {
    if (lane.isInLine) return;
    lane.isInLine = true;
    line.push(lane);
    schedule();
  };
  return {
    lane(options) {
      const state = { ...options, waiting: [], isFresh: true, isInLine: false, isHeld: false, isClosed: false, isFlowing: true };
      return createLane(state, queueUp);
    },
  };
}

function createLane(lane: LaneState, queueUp: (lane: LaneState) => void): Lane {
  return {
    push(text) {
      if (lane.isClosed) return;
      const isNext = lane.isFresh && !lane.isHeld && lane.waiting.length === 0;
      if (isNext && lane.pace?.take() !== false) return serve(lane, text, queueUp);
      lane.waiting.push(text);
      adjustFlow(lane);
      queueUp(lane);
    },
    hold() {
      lane.isHeld = true;
      adjustFlow(lane);
    },
    release() {
      lane.isHeld = false;
      adjustFlow(lane);
      if (lane.waiting.length > 0) queueUp(lane);
    },
    close() {
      lane.isClosed = true;
      lane.waiting.length = 0;
    },
  };
}

/** Its turn has come. False when it had nothing to hand on. */
function serveWaiting(lane: LaneState, queueUp: (lane: LaneState) => void): boolean {
  lane.isFresh = true;
  const [text] = lane.waiting;
  if (text === undefined || lane.isHeld) return false;
  if (lane.pace?.take() === false) {
    lane.isInLine = true;
    const comeBack = (): void => {
      lane.isInLine = false;
      queueUp(lane);
    };
    setTimeout(comeBack, lane.pace.waitMs).unref();
    return false;
  }
  lane.waiting.shift();
  serve(lane, text, queueUp);
  return true;
}

function serve(lane: LaneState, text: string, queueUp: (lane: LaneState) => void): void {
  lane.isFresh = false;
  queueUp(lane);
  lane.handle(text);
  adjustFlow(lane);
}

function adjustFlow(lane: LaneState): void {
  const shallFlow = !lane.isHeld && lane.waiting.length === 0;
  if (lane.isClosed || shallFlow === lane.isFlowing) return;
  lane.isFlowing = shallFlow;
  lane.flow(shallFlow);
}
