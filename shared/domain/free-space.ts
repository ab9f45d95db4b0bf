// How much of the state directory's file system must be free.

/** Below this share nothing new is captured; serving goes on. */
export const CAPTURE_STOPS_BELOW = 0.05;
