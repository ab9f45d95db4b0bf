// A client of the reflection service, which is a stream in both directions.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readFileSync } from "node:fs";
import { Client, credentials } from "@grpc/grpc-js";
import type protobuf from "protobufjs";
import { FileDescriptorProto } from "protobufjs/ext/descriptor/index.js";
import { z } from "zod";
import { parseProto } from "./wire-client.ts";

const named = z.object({ name: z.string() });
const listAnswer = z.object({ list_services_response: z.object({ service: z.array(named) }) });
const fileAnswer = z.object({ file_descriptor_response: z.object({ file_descriptor_proto: z.array(z.instanceof(Buffer)) }) });
const fileDescriptor = z.object({
  package: z.string(),
  service: z.array(z.object({ name: z.string(), method: z.array(named) })).default([]),
});

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
      const answer = listAnswer.parse(response.toObject(await ask({ list_services: "*" })));
      return answer.list_services_response.service.map((one) => one.name);
    },
    async describe(service) {
      const answer = fileAnswer.parse(response.toObject(await ask({ file_containing_symbol: service }), { bytes: Buffer }));
      const [name, pack] = [service.slice(service.lastIndexOf(".") + 1), service.slice(0, service.lastIndexOf("."))];
      for (const bytes of answer.file_descriptor_response.file_descriptor_proto) {
        const file = fileDescriptor.parse(FileDescriptorProto.toObject(FileDescriptorProto.decode(bytes)));
        const found = file.package === pack ? file.service.find((one) => one.name === name) : undefined;
        if (found !== undefined) return found.method.map((method) => method.name);
      }
      throw new Error(`no file describes ${service}`);
    },
    [Symbol.asyncDispose]: async () => client.close(),
  };
}
