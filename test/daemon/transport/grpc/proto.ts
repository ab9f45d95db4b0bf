// Our proto file as an independent library reads it.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseProto } from "./wire-client.ts";

export const PROTO_PATH = fileURLToPath(new URL("../../../../proto/modelmanager/v1/model_manager.proto", import.meta.url));
export const PROTO = parseProto(readFileSync(PROTO_PATH, "utf8"));
export const SERVICE = "modelmanager.v1.ModelService";
