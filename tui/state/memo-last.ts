// Keeps the last answer of a pure function: views ask again for every frame, data changes rarely.

/** The function itself, which answers from memory while its arguments stay the same (by identity). */
export function memoLast<A extends readonly unknown[], R>(compute: (...args: A) => R): (...args: A) => R {
  let last: { readonly args: A; readonly result: R } | undefined;
  return (...args) => {
    const known = last;
    if (known !== undefined && known.args.length === args.length && known.args.every((arg, at) => Object.is(arg, args[at])))
      return known.result;
    const result = compute(...args);
    last = { args, result };
    return result;
  };
}
