// The case table for what lies on disk: which reading becomes a version, and which only a word about the line.

import { describe, expect, test } from "vitest";
import { decideCapture, type CaptureFacts } from "../../../daemon/app/capture-rules.ts";
import type { GroupReading, VersionRecord } from "../../../daemon/app/ports.ts";
import type { ContentKind } from "../../../shared/domain/artifact-kinds.ts";

type Read = Extract<GroupReading, { outcome: "read" }>;

const SUMMARY = {
  symbol: "BTC",
  returnName: "ret_60",
  featureDim: 2,
  factorCount: 2,
  trainStart: null,
  trainEnd: null,
  golden: "absent" as const,
  warnings: [],
};

function reading(contents: Partial<Record<ContentKind, string>>, changes: Partial<Read> = {}): Read {
  const files = Object.entries(contents).map(([kind, sha256]) => ({
    kind: kind as ContentKind,
    path: `X_${kind}`,
    size: 1,
    mtimeNs: "0",
    sha256,
    bytes: new Uint8Array(1),
  }));
  return {
    outcome: "read",
    files,
    faults: [],
    contradictions: [],
    contentDigest: digest(contents),
    ready: contents.model_json !== undefined,
    notReady: contents.model_json === undefined ? "no model document" : "",
    failure: "",
    derived: [],
    served: { sha256: contents.model_json ?? "", bytes: 1 },
    summary: SUMMARY,
    descriptionText: "{}",
    ...changes,
  };
}

function version(number: number, contents: Partial<Record<ContentKind, string>>, changes: Partial<VersionRecord> = {}): VersionRecord {
  return {
    id: number,
    lineId: 1,
    label: `v${number}`,
    number,
    status: "archived",
    statusSince: 0n,
    statusReason: "golden check",
    statusActor: "",
    createdAt: 0n,
    contentDigest: digest(contents),
    servedSha256: contents.model_json ?? "",
    servedBytes: 1,
    ready: contents.model_json !== undefined,
    consistent: true,
    symbol: "BTC",
    returnName: "",
    featureDim: 2,
    factorCount: 2,
    trainStart: null,
    trainEnd: null,
    golden: "absent",
    warnings: [],
    derived: [],
    files: Object.entries(contents).map(([kind, sha256]) => ({
      kind: kind as ContentKind,
      path: `X_${kind}`,
      size: 1,
      mtimeNs: "0",
      sha256,
    })),
    ...changes,
  };
}

function digest(contents: Partial<Record<ContentKind, string>>): string {
  return Object.entries(contents)
    .map(([kind, sha]) => `${kind}:${sha}`)
    .sort()
    .join(",");
}

function decide(facts: Partial<CaptureFacts> & Pick<CaptureFacts, "reading">) {
  return decideCapture({
    line: { policy: "follow", pinned: false },
    live: null,
    lastLive: null,
    same: undefined,
    sameMayReturn: true,
    newest: undefined,
    contentBefore: "",
    resuming: false,
    ...facts,
  });
}

const OLD = { model_json: "m1", factors_txt: "f1" };
const NEW = { model_json: "m2", factors_txt: "f2" };
const live = version(1, OLD, { status: "production" });

describe("a new valid training", () => {
  test("goes live on a line that follows", () => {
    expect(decide({ reading: reading(NEW), live, lastLive: live, newest: live, contentBefore: digest(OLD) })).toMatchObject({
      action: "capture",
      status: "production",
      degraded: "",
    });
  });
  test("is only staged while the line is pinned", () => {
    expect(decide({ reading: reading(NEW), live, line: { policy: "follow", pinned: true } })).toMatchObject({
      action: "capture",
      status: "staged",
      degraded: "",
    });
  });
  test("is only staged on a gated line", () => {
    expect(decide({ reading: reading(NEW), line: { policy: "gated", pinned: false } })).toMatchObject({
      action: "capture",
      status: "staged",
    });
  });
});

describe("files that older readers could not use", () => {
  const unread = version(1, { model_pkl: "p" }, { status: "staged", ready: false });
  test("are a version of their own once they can be used", () => {
    const usable = reading({ model_pkl: "p" }, { ready: true, notReady: "" });
    expect(decide({ reading: usable, same: unread, newest: unread, contentBefore: digest({ model_pkl: "p" }) })).toMatchObject({
      action: "capture",
      status: "production",
    });
  });
  test("stay as they are while they cannot", () => {
    const unusable = reading({ model_pkl: "p" });
    expect(decide({ reading: unusable, same: unread, newest: unread, contentBefore: digest({ model_pkl: "p" }) })).toEqual({
      action: "none",
      degraded: "",
    });
  });
});

describe("a part that can't be read", () => {
  const broken = { faults: [{ kind: "info_pkl" as const, file: "X_info.pkl", reason: "truncated" }] };
  const badModel = {
    faults: [{ kind: "model_json" as const, file: "X_model.json", reason: "truncated" }],
    ready: false,
    notReady: "truncated",
  };
  test("makes no version while something is live, and names the file", () => {
    expect(decide({ reading: reading(NEW, broken), live, lastLive: live })).toEqual({ action: "none", degraded: "X_info.pkl: truncated" });
  });
  test("a truncated model never replaces a good one", () => {
    expect(decide({ reading: reading(NEW, badModel), live, lastLive: live })).toEqual({
      action: "none",
      degraded: "X_model.json: truncated",
    });
  });
  test("of a model document is listed and not captured when nothing is live", () => {
    expect(decide({ reading: reading(NEW, badModel) })).toEqual({ action: "none", degraded: "X_model.json: truncated" });
  });
  test("of another kind does not keep a first model from being served", () => {
    expect(decide({ reading: reading(NEW, broken) })).toMatchObject({ action: "capture", status: "production" });
  });
});

describe("margins that are not those that the files promise", () => {
  const wrong = { failure: "golden row 3 gives 0.5, not 0.25" };
  test("make a failed version, and what is live stays", () => {
    expect(decide({ reading: reading(NEW, wrong), live, lastLive: live })).toEqual({
      action: "capture",
      status: "failed",
      reason: "golden row 3 gives 0.5, not 0.25",
      degraded: "golden row 3 gives 0.5, not 0.25",
    });
  });
  test("make a failed version also when nothing is live, and on any line", () => {
    expect(decide({ reading: reading(NEW, wrong) })).toMatchObject({ action: "capture", status: "failed" });
    expect(decide({ reading: reading(NEW, wrong), line: { policy: "gated", pinned: true } })).toMatchObject({ status: "failed" });
  });
  test("keep a known version from going live again", () => {
    const archived = version(2, NEW);
    expect(decide({ reading: reading(NEW, wrong), live, lastLive: live, same: archived, resuming: true })).toEqual({
      action: "none",
      degraded: "golden row 3 gives 0.5, not 0.25",
    });
  });
  test("of the live version itself are said, and it stays live", () => {
    expect(decide({ reading: reading(OLD, wrong), live, lastLive: live, same: live })).toEqual({
      action: "none",
      degraded: "golden row 3 gives 0.5, not 0.25",
    });
  });
});

describe("a contradiction", () => {
  const contradictory = { contradictions: ["3 factors, num_feature 2"] };
  test("is staged, with the reason, when the version live last is consistent", () => {
    expect(decide({ reading: reading(NEW, contradictory), live, lastLive: live })).toEqual({
      action: "capture",
      status: "staged",
      reason: "contradictory: 3 factors, num_feature 2",
      degraded: "3 factors, num_feature 2",
    });
  });
  test("is served when it is the first version", () => {
    expect(decide({ reading: reading(NEW, contradictory) })).toMatchObject({ action: "capture", status: "production", degraded: "" });
  });
  test("is served when the version live last was contradictory too", () => {
    const odd = version(1, OLD, { status: "production", consistent: false });
    expect(decide({ reading: reading(NEW, contradictory), live: odd, lastLive: odd })).toMatchObject({
      action: "capture",
      status: "production",
    });
  });
  test("stays staged when the same files are read again", () => {
    const staged = version(2, NEW, { status: "staged", consistent: false });
    expect(decide({ reading: reading(NEW, contradictory), live, lastLive: live, same: staged, newest: staged, contentBefore: "" })).toEqual(
      { action: "none", degraded: "3 factors, num_feature 2" },
    );
  });
});

describe("bytes that are known", () => {
  const old = version(1, OLD);
  const current = version(2, NEW, { status: "production" });
  test("of the live version make no new one and heal the line", () => {
    expect(decide({ reading: reading(NEW), live: current, lastLive: current, same: current, newest: current })).toEqual({
      action: "none",
      degraded: "",
    });
  });
  test("of an earlier version make it live again on a line that follows", () => {
    expect(
      decide({ reading: reading(OLD), live: current, lastLive: current, same: old, newest: current, contentBefore: digest(NEW) }),
    ).toMatchObject({ action: "go_live", version: old });
  });
  test("of an earlier version move nothing while the line is pinned", () => {
    expect(
      decide({
        reading: reading(OLD),
        live: current,
        lastLive: current,
        same: old,
        newest: current,
        contentBefore: digest(NEW),
        line: { policy: "follow", pinned: true },
      }),
    ).toEqual({ action: "none", degraded: "" });
  });
  test("that lay there before move nothing on a rescan, but do when a person resumes", () => {
    const facts = { reading: reading(OLD), live: current, lastLive: current, same: old, newest: current, contentBefore: digest(OLD) };
    expect(decide(facts)).toEqual({ action: "none", degraded: "" });
    expect(decide({ ...facts, resuming: true })).toMatchObject({ action: "go_live" });
  });
  test("of a failed version stay out, and the line names it", () => {
    const failed = version(1, OLD, { status: "failed" });
    expect(
      decide({ reading: reading(OLD), live: current, lastLive: current, same: failed, newest: current, contentBefore: digest(NEW) }),
    ).toMatchObject({ action: "none", degraded: expect.stringContaining("v1") });
  });
  test("of a withdrawn version make it live again", () => {
    expect(decide({ reading: reading(OLD), live: null, lastLive: old, same: old, newest: old })).toMatchObject({
      action: "go_live",
      version: old,
    });
  });
});

describe("files that are missing", () => {
  test("with the rest unchanged make no version and are named", () => {
    expect(decide({ reading: reading({ model_json: "m1" }), live, lastLive: live, newest: live, contentBefore: digest(OLD) })).toEqual({
      action: "none",
      degraded: "files are missing: X_factors_txt",
    });
  });
  test("with the rest changed are a new training", () => {
    expect(
      decide({ reading: reading({ model_json: "m2" }), live, lastLive: live, newest: live, contentBefore: digest(OLD) }),
    ).toMatchObject({ action: "capture", status: "production" });
  });
});

describe("a group without a usable model document", () => {
  test("is kept as a staged version when nothing is live", () => {
    expect(decide({ reading: reading({ model_pkl: "p" }) })).toMatchObject({ action: "capture", status: "staged", degraded: "" });
  });
  test("never replaces a live model", () => {
    expect(decide({ reading: reading({ model_pkl: "p2" }), live, lastLive: live })).toEqual({
      action: "none",
      degraded: "no model document",
    });
  });
});
