// Releases of XGBoost, and what a prediction depends on among them.

/** Major, minor, patch. [0, 0, 0] stands for any release before 1.0. */
export type Release = readonly [number, number, number];

/** True when a release is older than `major.minor`. */
export function isBefore(release: Release, major: number, minor: number): boolean {
  return release[0] < major || (release[0] === major && release[1] < minor);
}

/**
 * Where the base margin stands in the sum of float32 numbers. Up to 1.2 (dart: up to 1.3) XGBoost adds the leaves to 0 and the base margin to
 * their sum; later it begins with the base margin. The two differ by rounding only.
 */
export type SummationOrder = "base-first" | "base-last";

/** The order in which a release adds up trees. */
export function summationOrder(release: Release, isDart: boolean): SummationOrder {
  return isBefore(release, 1, isDart ? 4 : 3) ? "base-last" : "base-first";
}

/** A release as text. */
export function releaseText(release: Release): string {
  return isBefore(release, 1, 0) ? "before 1.0" : release.join(".");
}
