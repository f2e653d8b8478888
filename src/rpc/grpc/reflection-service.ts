/**
 * Reflection: tools such as grpcurl learn the schema from the node itself. Both versions of the
 * protocol are the same messages under two names.
 *
 * @module
 */
import { create, type DescFile, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";

import {
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  ServerReflectionResponseSchema as ResponseV1,
} from "../../wire/generated/grpc/reflection_v1_pb.js";
import { GRPC_CODE } from "../../wire/grpc/status.ts";

type Init = MessageInitShape<typeof ResponseV1>;
type Response = NonNullable<Extract<Init, { messageResponse?: unknown }>["messageResponse"]>;

/** What reflection needs to know of the files that are served. */
export type Reflection = (request: ServerReflectionRequest) => ServerReflectionResponse;

/** Answers questions about `files` and everything that they import. */
export function createReflection(files: readonly DescFile[]): Reflection {
  const all = [...closure(files)];
  const byName = new Map(all.map((file) => [file.proto.name, file]));
  const bySymbol = new Map(
    all.flatMap((file) => [...nestedTypes(file)].map(({ typeName }) => [typeName, file] as const)),
  );
  const services = files.flatMap((file) => file.services.map(({ typeName: name }) => ({ name })));
  const answer = ({ messageRequest: asked }: ServerReflectionRequest): Response => {
    switch (asked.case) {
      case "listServices":
        return { case: "listServicesResponse", value: { service: services } };
      case "fileByFilename":
        return fileResponse(byName.get(asked.value), asked.value);
      case "fileContainingSymbol":
        return fileResponse(fileOf(bySymbol, asked.value), asked.value);
      case "allExtensionNumbersOfType":
      case "fileContainingExtension":
      case undefined:
        return errorResponse(GRPC_CODE.unimplemented, "the schema has no extensions");
    }
  };
  return (request) =>
    create(ResponseV1, {
      validHost: request.host,
      originalRequest: request,
      messageResponse: answer(request),
    });
}

// A method or a field is in the file of its service or message.
function fileOf(bySymbol: ReadonlyMap<string, DescFile>, symbol: string): DescFile | undefined {
  return bySymbol.get(symbol) ?? bySymbol.get(symbol.slice(0, symbol.lastIndexOf(".")));
}

function fileResponse(file: DescFile | undefined, name: string): Response {
  if (file === undefined) return errorResponse(GRPC_CODE.notFound, `there is no ${name}`);
  // Tools ask for imports one by one unless they come along.
  const files = [...closure([file])].reverse();
  const fileDescriptorProto = files.map(({ proto }) => toBinary(FileDescriptorProtoSchema, proto));
  return { case: "fileDescriptorResponse", value: { fileDescriptorProto } };
}

function errorResponse(errorCode: number, errorMessage: string): Response {
  return { case: "errorResponse", value: { errorCode, errorMessage } };
}

function closure(files: readonly DescFile[], found = new Set<DescFile>()): Set<DescFile> {
  for (const file of files) {
    closure(file.dependencies, found);
    found.add(file);
  }
  return found;
}
