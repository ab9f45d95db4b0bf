// The version of our readers, kept with every group that they looked at.

/** Grows when the readers learn more, so that stored groups are looked at again. */
export const readerVersion = 2;
