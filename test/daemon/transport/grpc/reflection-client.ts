// A client of the reflection service, which is a stream in both directions.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readFileSync } from "node:fs";
import { Client, credentials } from "@grpc/grpc-js";
import protobuf from "protobufjs";
import { FileDescriptorProto } from "protobufjs/ext/descriptor/index.js";
import { parseProto } from "./wire-client.ts";

const packageFolder = dirname(dirname(dirname(createRequire(import.meta.url).resolve("@grpc/reflection"))));

/** Asks one question per stream, as command-line tools do. */
export interface ReflectionClient extends AsyncDisposable {
  services(): Promise<readonly string[]>;
  /** Names of a service's rpcs, in order. */
  describe(service: string): Promise<readonly string[]>;
}

/** A client of one version of the protocol. */
export function startReflection(address: string, version: "v1" | "v1alpha"): ReflectionClient {
  const text = readFileSync(join(packageFolder, "build/proto/grpc/reflection", version, "reflection.proto"), "utf8");
  const root = parseProto(text);
  const request = root.lookupType(`grpc.reflection.${version}.ServerReflectionRequest`);
  const response = root.lookupType(`grpc.reflection.${version}.ServerReflectionResponse`);
  const client = new Client(address, credentials.createInsecure(), { "grpc.use_local_subchannel_pool": 1 });
  const ask = (question: object) =>
    new Promise<protobuf.Message>((resolve, reject) => {
      const call = client.makeBidiStreamRequest(
        `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
        (value: object) => Buffer.from(request.encode(request.fromObject(value)).finish()),
        (bytes: Buffer) => response.decode(bytes),
      );
      call.on("error", reject);
      call.on("data", (answer: protobuf.Message) => {
        resolve(answer);
        call.end();
      });
      call.write(question);
    });
  return {
    async services() {
      const answer = response.toObject(await ask({ list_services: "*" }));
      return answer["list_services_response"].service.map((one: { name: string }) => one.name);
    },
    async describe(service) {
      const answer = response.toObject(await ask({ file_containing_symbol: service }), { bytes: Buffer });
      const files: Buffer[] = answer["file_descriptor_response"].file_descriptor_proto;
      const described = files.map((bytes) => FileDescriptorProto.toObject(FileDescriptorProto.decode(bytes)));
      const [name, pack] = [service.slice(service.lastIndexOf(".") + 1), service.slice(0, service.lastIndexOf("."))];
      const found = described.find((file) => file["package"] === pack)?.["service"].find((one: { name: string }) => one.name === name);
      return found.method.map((method: { name: string }) => method.name);
    },
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
