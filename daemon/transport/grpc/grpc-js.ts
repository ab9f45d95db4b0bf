// The one place that imports the gRPC libraries, so that they can be replaced.

export { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
export type {
  handleServerStreamingCall,
  handleUnaryCall,
  sendUnaryData,
  ServerInterceptingCall,
  ServerInterceptor,
  ServerOptions,
  ServerUnaryCall,
  ServerWritableStream,
  ServiceDefinition,
  UntypedServiceImplementation,
} from "@grpc/grpc-js";
export { load as loadProto } from "@grpc/proto-loader";
export type { MessageTypeDefinition, PackageDefinition } from "@grpc/proto-loader";
export { ReflectionService } from "@grpc/reflection";
export { HealthImplementation, protoPath as healthProtoPath } from "grpc-health-check";
