// ONNX models: told by their first field, and are graph and operator sets there and whole. Nothing is predicted from them.
// Format: ModelProto, GraphProto and OperatorSetIdProto of ONNX's onnx.proto.

import { rejected, type Rejected } from "../rejected.ts";
import { protobufFields, type ProtobufField } from "./protobuf-fields.ts";

/** What an ONNX model says of itself. */
export interface OnnxModel {
  readonly ok: true;
  readonly irVersion: number;
  readonly producer: string;
  readonly nodes: number;
}

const MODEL = { irVersion: 1, producer: 2, graph: 7, opsetImport: 8 };
const GRAPH_NODE = 1;
const MAX_IR_VERSION = 64;

/** True for bytes that begin as serializers write an ONNX model: `ir_version`, then a field that models have. */
export function isOnnx(bytes: Uint8Array): boolean {
  const [tag, irVersion = 0, next = 0] = bytes;
  return tag === 0x08 && irVersion > 0 && irVersion <= MAX_IR_VERSION && [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(next);
}

/** Reads the outline. Refused: a field that is cut off, a model without a graph or operator sets. Never throws. */
export function readOnnx(bytes: Uint8Array): OnnxModel | Rejected {
  const model = protobufFields(bytes);
  if (!model.ok) return model;
  const find = (id: number): ProtobufField | undefined => model.fields.findLast((field) => field.id === id);
  const graph = find(MODEL.graph)?.bytes;
  if (graph === undefined) return rejected("it has no graph");
  if (find(MODEL.opsetImport)?.bytes === undefined) return rejected("it names no operator set");
  const parts = protobufFields(graph);
  if (!parts.ok) return { ...parts, reason: `the graph: ${parts.reason}`, offset: parts.offset + (graph.byteOffset - bytes.byteOffset) };
  return {
    ok: true,
    irVersion: find(MODEL.irVersion)?.number ?? 0,
    producer: (find(MODEL.producer)?.bytes?.toString("utf8") ?? "").slice(0, 60),
    nodes: parts.fields.filter((field) => field.id === GRAPH_NODE).length,
  };
}
