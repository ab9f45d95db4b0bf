// The two functions of Python's copyreg that restore instances by way of a call.

const INSTANCE_MAKERS: ReadonlySet<string> = new Set(["_reconstructor", "__newobj__"]);
const THEIR_MODULES: ReadonlySet<string> = new Set(["copyreg", "copy_reg"]);

/** True for `copyreg._reconstructor` and `copyreg.__newobj__`, under their names of Python 2 and 3. */
export function makesInstances(module: string, name: string): boolean {
  return INSTANCE_MAKERS.has(name) && THEIR_MODULES.has(module);
}
