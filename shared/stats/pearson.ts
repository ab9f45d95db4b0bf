// Pearson's correlation.

import { centre, sumOfProducts } from "./sums.ts";

/** Correlation of two lists of finite numbers of equal length, −1 … 1; null below two pairs and where one side is all equal. */
export function pearson(x: Float64Array, y: Float64Array): number | null {
  const [ofX, ofY] = [centre(x), centre(y)];
  if (ofX === undefined || ofY === undefined) return null;
  const [xx, yy] = [sumOfProducts(ofX, ofX), sumOfProducts(ofY, ofY)];
  if (!(xx > 0) || !(yy > 0)) return null;
  return Math.max(-1, Math.min(1, sumOfProducts(ofX, ofY) / (Math.sqrt(xx) * Math.sqrt(yy))));
}
