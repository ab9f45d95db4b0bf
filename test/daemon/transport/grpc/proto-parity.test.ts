// The proto file and the operation table name the same rpcs.

import { describe, expect, test } from "vitest";
import { type Operation, OPERATIONS } from "../../../../shared/contract/operations.ts";
import { PROTO, SERVICE } from "./proto.ts";
import { parseProto } from "./wire-client.ts";

type Table = Readonly<Record<string, { readonly rpcs?: readonly string[] | undefined }>>;
const operations: Readonly<Record<string, Operation>> = OPERATIONS;

/** What differs, as sentences; empty when every rpc has an operation and the reverse. */
function differences(proto: typeof PROTO, table: Table): string[] {
  const rpcs = new Set(proto.lookupService(SERVICE).methodsArray.map((method) => method.name));
  const answered = new Map<string, string>();
  const twice: string[] = [];
  for (const [name, { rpcs: named = [] }] of Object.entries(table)) {
    for (const rpc of named) {
      if (answered.has(rpc)) twice.push(`rpc ${rpc} has two operations: ${answered.get(rpc)} and ${name}`);
      answered.set(rpc, name);
    }
  }
  return [
    ...[...rpcs].filter((rpc) => !answered.has(rpc)).map((rpc) => `rpc ${rpc} has no operation`),
    ...[...answered]
      .filter(([rpc]) => !rpcs.has(rpc))
      .map(([rpc, operation]) => `operation ${operation} names rpc ${rpc}, which is not in the proto file`),
    ...twice,
  ];
}

test("every rpc has one operation, and every rpc that an operation names is in the proto file", () => {
  expect(differences(PROTO, operations)).toEqual([]);
});

describe("the comparison can fail", () => {
  const small = parseProto(
    `syntax = "proto3"; package modelmanager.v1; message M {} service ModelService { rpc A(M) returns (M); rpc B(M) returns (M); }`,
  );

  test("on an rpc without an operation", () => {
    expect(differences(small, { a: { rpcs: ["GetModel"] } })).toEqual([
      "rpc A has no operation",
      "rpc B has no operation",
      "operation a names rpc GetModel, which is not in the proto file",
    ]);
  });

  test("on an operation of the real table without an rpc", () => {
    expect(differences(small, operations)).toContain("operation group.list names rpc ListSymbols, which is not in the proto file");
  });

  test("on two operations for one rpc", () => {
    const doubled: Table = { ...operations, other: { rpcs: ["GetModel"] } };
    expect(differences(PROTO, doubled)).toEqual(["rpc GetModel has two operations: model.get and other"]);
  });
});
