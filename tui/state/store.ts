// Holds the model outside React: one writer, many readers.

import type { Action, Effect } from "./action.ts";
import type { Model } from "./model.ts";
import { reduce } from "./reducer.ts";

export interface Store {
  readonly getModel: () => Model;
  /** Calls back after each change; returns the way to stop. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Applies the actions in order, then tells the readers once, then runs the effects. */
  readonly dispatch: (...actions: readonly Action[]) => void;
}

/** A store over `model`; `run` is given each effect after the readers have been told. */
export function createStore(model: Model, run: (effect: Effect) => void): Store {
  let current = model;
  const listeners = new Set<() => void>();
  return {
    getModel: () => current,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    dispatch: (...actions) => {
      const before = current;
      const effects: Effect[] = [];
      for (const action of actions) {
        const step = reduce(current, action);
        current = step.model;
        effects.push(...step.effects);
      }
      if (current !== before) for (const listener of listeners) listener();
      for (const effect of effects) run(effect);
    },
  };
}
