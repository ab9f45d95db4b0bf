// Everything the terminal UI knows and shows, as one readonly value.

import type { ModelView } from "../../shared/contract/model-operations.ts";
import type {
  CurveView,
  FactorsView,
  GroupView,
  IcView,
  LineView,
  MoveView,
  SourceView,
  VersionView,
} from "../../shared/contract/views.ts";
import type { Charset } from "../format/charset.ts";
import type { IcOrder } from "../charts/ic-bars.ts";
import { IMPORTANCE_MEASURES, type ImportanceMeasure } from "../charts/importance-bars.ts";
import type { Welcome } from "../client/daemon-client.ts";

/** Data that is fetched: what we have, whether more is coming, and why the last attempt failed. Old data stays while new data comes. */
export interface Loadable<T> {
  readonly value: T | undefined;
  readonly isLoading: boolean;
  readonly fault: string | undefined;
}

/** The link to the daemon. */
export type Connection =
  | { readonly state: "connecting"; readonly fault: string | undefined }
  | { readonly state: "live"; readonly welcome: Welcome }
  /** `since` is a time of day, UTC. */
  | { readonly state: "stale"; readonly since: string; readonly reason: string; readonly welcome: Welcome }
  | { readonly state: "refused"; readonly reason: string };

export const TABS = ["ic", "training", "model", "factors", "info", "versions", "files"] as const;
export type Tab = (typeof TABS)[number];

export type Screen =
  | { readonly kind: "sources" }
  | { readonly kind: "groups"; readonly source: string }
  | { readonly kind: "line"; readonly source: string; readonly groupKey: string; readonly tab: Tab };

/** Where the user stands in one list. The selection is kept by id, so that it survives sorting and new rows. */
export interface ListState {
  readonly selected: string | undefined;
  /** Index of the selection when it was made: where to stand if the row is gone. */
  readonly index: number;
  /** First visible row. */
  readonly top: number;
  readonly filter: string;
  readonly sort: { readonly column: string; readonly isReversed: boolean } | undefined;
}

/** The parts of a line that are fetched on their own. */
export interface LineParts {
  readonly show: LineView;
  readonly ic: IcView;
  readonly curve: CurveView;
  readonly model: ModelView;
  readonly factors: FactorsView;
  readonly versions: readonly VersionView[];
  readonly history: readonly MoveView[];
}
export type PartName = keyof LineParts;

/** The open line. A part that was never asked for is absent. */
export interface OpenLine {
  readonly line: string;
  readonly parts: { readonly [P in PartName]?: Loadable<LineParts[P]> };
}

/** The open source's groups, as far as their pages have come. */
export interface OpenSource {
  readonly source: string;
  readonly rows: readonly GroupView[];
  readonly total: number;
  readonly isLoading: boolean;
  readonly fault: string | undefined;
}

/** What an activation would do, as the daemon says. */
export interface ActivationPreview {
  readonly version: string;
  readonly previousVersion: string;
  readonly isPinned: boolean;
  readonly changes: boolean;
}

interface DialogBase {
  /** Monotonic milliseconds when it opened. */
  readonly openedAtMs: number;
  readonly isBusy: boolean;
  readonly fault: string | undefined;
}
export interface ActivateDialog extends DialogBase {
  readonly kind: "activate";
  readonly line: string;
  readonly version: string;
  readonly preview: ActivationPreview | undefined;
  readonly reason: string;
  readonly isTyping: boolean;
}
export interface ResumeDialog extends DialogBase {
  readonly kind: "resume";
  readonly line: string;
  readonly version: string;
  readonly reason: string;
  readonly isTyping: boolean;
}
export interface RegisterDialog extends DialogBase {
  readonly kind: "register";
  readonly path: string;
  readonly name: string;
  readonly field: "path" | "name";
}
export interface RemoveDialog extends DialogBase {
  readonly kind: "remove";
  readonly name: string;
  readonly typed: string;
}
export type Dialog = ActivateDialog | ResumeDialog | RegisterDialog | RemoveDialog | { readonly kind: "help"; readonly top: number };

/** One line of news. An error stays until it is dismissed, other levels until the next key. */
export interface Toast {
  readonly level: "info" | "warn" | "error";
  readonly text: string;
}

export interface Model {
  readonly size: { readonly columns: number; readonly rows: number };
  readonly charset: Charset;
  /** Socket path or other words for where the daemon is sought. */
  readonly target: string;
  readonly demoPath: string | undefined;
  /** Directories still to be registered once connected. */
  readonly registerPaths: readonly string[];
  readonly connection: Connection;
  /** Sequence number of the newest event seen; undefined before the first connection. */
  readonly sequence: number | undefined;
  readonly screen: Screen;
  readonly sources: Loadable<readonly SourceView[]>;
  readonly open: OpenSource | undefined;
  readonly openLine: OpenLine | undefined;
  readonly lists: ReadonlyMap<string, ListState>;
  /** What the keys go to, besides the screen itself. */
  readonly input: "browse" | "filter" | "sort";
  readonly dialog: Dialog | undefined;
  readonly toast: Toast | undefined;
  /** Lines and sources that changed lately, with the monotonic time in milliseconds. */
  readonly marks: ReadonlyMap<string, number>;
  readonly icOrder: IcOrder;
  readonly metric: string | undefined;
  readonly measure: ImportanceMeasure;
  readonly isLog: boolean;
  /** Set once: the program ends with this code. */
  readonly exitCode: number | undefined;
}

/** The list's beginnings. */
export const FRESH_LIST: ListState = { selected: undefined, index: 0, top: 0, filter: "", sort: undefined };

/** Nothing there yet, and on its way. */
export const LOADING: Loadable<never> = { value: undefined, isLoading: true, fault: undefined };

export interface InitialModel {
  readonly columns: number;
  readonly rows: number;
  readonly charset: Charset;
  readonly target?: string;
  readonly demoPath?: string;
  readonly registerPaths?: readonly string[];
}

/** The model before anything happened: connecting. */
export function initialModel(initial: InitialModel): Model {
  return {
    size: { columns: initial.columns, rows: initial.rows },
    charset: initial.charset,
    target: initial.target ?? "the daemon",
    demoPath: initial.demoPath,
    registerPaths: initial.registerPaths ?? [],
    connection: { state: "connecting", fault: undefined },
    sequence: undefined,
    screen: { kind: "sources" },
    sources: LOADING,
    open: undefined,
    openLine: undefined,
    lists: new Map(),
    input: "browse",
    dialog: undefined,
    toast: undefined,
    marks: new Map(),
    icOrder: "signed",
    metric: undefined,
    measure: IMPORTANCE_MEASURES[0],
    isLog: false,
    exitCode: undefined,
  };
}
