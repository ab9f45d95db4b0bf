// Baseline: a bare grpc-js unary echo that answers with prepared bytes of a given size.

import { Server, ServerCredentials, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";

const identity = (bytes: Buffer): Buffer => bytes;
const answers = new Map<string, Buffer>();
const server = new Server({ "grpc.max_send_message_length": -1 });
server.addService(
  {
    Echo: {
      path: "/baseline.Echo/Echo",
      requestStream: false,
      responseStream: false,
      requestSerialize: identity,
      requestDeserialize: identity,
      responseSerialize: identity,
      responseDeserialize: identity,
    },
  },
  {
    Echo: (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      const size = call.request.toString("latin1");
      const known = answers.get(size) ?? Buffer.alloc(Number(size), "x");
      answers.set(size, known);
      callback(null, known);
    },
  },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`ready {"address":"127.0.0.1:${port}"}\n`);
});
