// The fixed numbers and names of the Unix socket's frames, apart from their schemas so that a client need not load those.

/** Both sides name it in their first frame; a different number is refused with a message that says which side is older. */
export const PROTOCOL_VERSION = 1;
/** node-ipc event name of all frames. */
export const FRAME_EVENT = "mm";
/** Largest piece of one frame's text; longer answers go in several `part` frames. node-ipc's guarded parser cuts at 1 MiB. */
export const FRAME_TEXT_LIMIT = 256 * 1024;
