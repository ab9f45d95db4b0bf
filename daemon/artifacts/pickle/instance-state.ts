// Walking inert values: the attributes of a recorded instance, and everything that a value holds.
//
// A file's instances are ObjectValues: class by name (`module`, `name`), arguments, and the state that BUILD gave. To get at something in a
// pickle (a Booster inside a scikit-learn wrapper, say) read the file, look for its class among `reachableNodes`, and take what it holds
// by `attributeOf`:
//
//   const read = readPickle(bytes);
//   if (read.ok) for (const node of reachableNodes(read.value)) if (isInstanceOf(node, "xgboost.core", "Booster")) attributeOf(node, "handle");

import { dictGet } from "./dict.ts";
import { isNode, type DictValue, type ObjectValue, type PickleNode, type PickleValue } from "./values.ts";

/** True for the record of an instance of this class (or of a call of this function). */
export function isInstanceOf(value: PickleValue | undefined, module: string, name: string): value is ObjectValue {
  return isNode(value) && value.kind === "object" && value.name === name && value.module === module;
}

/** The dict of an instance's attributes; undefined when its state has another form. */
export function attributesOf(instance: ObjectValue): DictValue | undefined {
  const [dict] = statesOf(instance);
  return dict;
}

/** What an instance's attribute is set to, in its dict or its slots; undefined without it. */
export function attributeOf(instance: ObjectValue, name: string): PickleValue | undefined {
  for (const state of statesOf(instance)) {
    const value = dictGet(state, name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** A state is a dict, or the pair (dict or None, dict of slots). */
function statesOf(instance: ObjectValue): readonly DictValue[] {
  const { state } = instance;
  if (!isNode(state)) return [];
  const parts = state.kind === "tuple" && state.items.length === 2 ? state.items : [state];
  return parts.filter((part): part is DictValue => isNode(part) && part.kind === "dict");
}

/** The values that a node holds directly. */
function childrenOf(node: PickleNode): readonly (readonly PickleValue[])[] {
  switch (node.kind) {
    case "list":
    case "tuple":
    case "set":
    case "frozenset":
    case "deque":
      return [node.items];
    case "dict":
      return [node.flat, [node.factory]];
    case "object":
      return [node.args, [node.kwargs, node.state ?? null], node.items ?? [], node.flat ?? []];
    case "ndarray":
      return [node.data instanceof Uint8Array ? [] : node.data, [node.unread ?? null]];
    case "external":
      return [[node.id]];
    case "interval":
      return [[node.left, node.right]];
    case "range":
    case "slice":
      return [[node.start, node.stop, node.step]];
    default:
      return [];
  }
}

/**
 * Every node below a value, the value itself first, each once however often it is shared: depth first, in the order of the file.
 * Ends after `most` nodes. Needs memory in proportion to the number of nodes.
 */
export function* reachableNodes(value: PickleValue, most = 1_000_000): Generator<PickleNode, void> {
  const seen = new Set<PickleNode>();
  // Iterators instead of members: a list of a million numbers adds one entry.
  const path: Iterator<PickleValue>[] = [[value].values()];
  for (let last = path.at(-1); last !== undefined; last = path.at(-1)) {
    const next = last.next();
    if (next.done === true) path.pop();
    else if (isNode(next.value) && !seen.has(next.value)) {
      if (seen.size >= most) return;
      seen.add(next.value);
      yield next.value;
      for (const children of childrenOf(next.value).toReversed()) if (children.length > 0) path.push(children.values());
    }
  }
}
