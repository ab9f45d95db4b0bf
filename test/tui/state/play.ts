// Runs actions through the reducer and keeps what it asked for.

import type { Action, Effect } from "../../../tui/state/action.ts";
import { initialModel, type InitialModel, type Model } from "../../../tui/state/model.ts";
import { reduce } from "../../../tui/state/reducer.ts";
import { createKeySplitter } from "../../../tui/keys/split-keys.ts";
import { group, source } from "../views/sample-catalog.ts";

export interface Played {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

export const WELCOME = {
  daemon: "0.1.0",
  pid: 7,
  principal: "uid 1000",
  scopes: ["model:read", "model:write", "model:admin"],
  socketPath: "/run/d.sock",
};

/** The model after these actions, and all effects of theirs. */
export function play(model: Model, ...actions: readonly Action[]): Played {
  let played: Played = { model, effects: [] };
  for (const action of actions) {
    const step = reduce(played.model, action);
    played = { model: step.model, effects: [...played.effects, ...step.effects] };
  }
  return played;
}

/** Typed keys as actions. */
export function typed(text: string, atMs = 1000): Action[] {
  const splitter = createKeySplitter();
  return [...splitter.push(text), ...splitter.flush()].map((key) => ({ type: "key", key, atMs }));
}

/** A model before anything happened. */
export function fresh(initial: Partial<InitialModel> = {}): Model {
  return initialModel({ columns: 80, rows: 24, charset: "ascii", ...initial });
}

/** Connected, with two sources. */
export function connected(scopes: readonly string[] = WELCOME.scopes): Model {
  return play(
    fresh(),
    { type: "connected", welcome: { ...WELCOME, scopes }, sequence: 10, resumed: false },
    { type: "sources_loaded", items: [source("alpha", 3), source("beta", 1)] },
  ).model;
}

/** With the groups of alpha open. */
export function opened(keys: readonly string[] = ["a_60", "b_60", "c_240"], scopes: readonly string[] = WELCOME.scopes): Model {
  const items = keys.map((key) => group("alpha", key));
  return play(connected(scopes), ...typed("\r"), {
    type: "groups_page",
    source: "alpha",
    items,
    total: items.length,
    isFirst: true,
    isLast: true,
  }).model;
}
