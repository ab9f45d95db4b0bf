// Everything the terminal UI knows and shows, as one readonly value.

import type { ModelView } from "../../shared/contract/model-operations.ts";
import type { Output } from "../../shared/contract/operations.ts";
import type { LineSummaryView, LiveAtView, LiveDifferenceView } from "../../shared/contract/registry-views.ts";
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
import type { DialogBase, MoveDialog } from "./move-types.ts";

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

export const TABS = ["ic", "training", "model", "factors", "info", "versions", "files", "history"] as const;
export type Tab = (typeof TABS)[number];

export type Screen =
  | { readonly kind: "sources" }
  | { readonly kind: "groups"; readonly source: string }
  /** Every line of every namespace. */
  | { readonly kind: "lines" }
  /** What was live at a time; `cameFrom` is where esc leads. */
  | { readonly kind: "live_at"; readonly cameFrom: Screen }
  /** `source` is the line's namespace. Without `cameFrom` esc leads to the groups of the source. */
  | { readonly kind: "line"; readonly source: string; readonly groupKey: string; readonly tab: Tab; readonly cameFrom?: Screen };

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
  readonly history: HistoryPart;
  readonly policy: Output<"policy.show">;
}

/** Moves of a line, newest first, as far as they were asked for. */
export interface HistoryPart {
  readonly items: readonly MoveView[];
  readonly total: number;
  /** The key of the next page; null at the end. */
  readonly next: string | null;
}
export type PartName = keyof LineParts;

/** The open line. A part that was never asked for is absent. */
export interface OpenLine {
  readonly line: string;
  readonly parts: { readonly [P in PartName]?: Loadable<LineParts[P]> };
}

/** Rows of a list, as far as their pages have come. */
export interface PagedRows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly isLoading: boolean;
  readonly fault: string | undefined;
}

/** The open source's groups. */
export interface OpenSource extends PagedRows<GroupView> {
  readonly source: string;
}

/** What was live at a time, or what differs between two. */
export interface LiveAt {
  /** A line or a namespace; empty = everything. */
  readonly target: string;
  /** The time as the daemon says it; empty until it has said what "now" is. */
  readonly at: string;
  /** The second time of a comparison. */
  readonly until: string | undefined;
  readonly table: PagedRows<LiveAtView>;
  readonly changes: PagedRows<LiveDifferenceView>;
  /** The time that is being typed. */
  readonly typed: string;
}

/** A move whose answer never came: its outcome is asked for once the daemon is back. */
export interface LostMove {
  readonly requestId: string;
  readonly command: string;
  /** What it was, in words. */
  readonly words: string;
  /** Why its answer is missing, when that was said. */
  readonly reason: string;
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
export type Dialog = MoveDialog | ResumeDialog | RegisterDialog | RemoveDialog | { readonly kind: "help"; readonly top: number };

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
  /** Lines of every namespace, while their screen is open. */
  readonly lines: PagedRows<LineSummaryView> | undefined;
  readonly liveAt: LiveAt | undefined;
  readonly lost: readonly LostMove[];
  readonly lists: ReadonlyMap<string, ListState>;
  /** What the keys go to, besides the screen itself. */
  readonly input: "browse" | "filter" | "sort" | "time" | "until";
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

/** A list whose first page is on its way. */
export const NO_ROWS: PagedRows<never> = { rows: [], total: 0, isLoading: true, fault: undefined };

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
    lines: undefined,
    liveAt: undefined,
    lost: [],
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
