/**
 * The schema against the published one, field by field, and the generated code against the schema.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import {
  clone,
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescService,
  fromBinary,
  ScalarType,
  toBinary,
} from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import {
  type DescriptorProto,
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

import { present } from "../../src/base/assert.ts";
import * as details from "../../src/wire/generated/google/rpc/error_details_pb.js";
import { file_google_rpc_status } from "../../src/wire/generated/google/rpc/status_pb.js";
import { file_grpc_health } from "../../src/wire/generated/grpc/health_pb.js";
import { file_grpc_reflection_v1 } from "../../src/wire/generated/grpc/reflection_v1_pb.js";
import * as alpha from "../../src/wire/generated/grpc/reflection_v1alpha_pb.js";
import { file_soma } from "../../src/wire/generated/soma_pb.js";
// Every message, enum and service of the published protocol, as tables.
import published from "../vectors/wire_messages.json";

type PublishedField = {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly label: string;
};

const FILES = [
  file_soma,
  file_google_rpc_status,
  details.file_google_rpc_error_details,
  file_grpc_health,
  file_grpc_reflection_v1,
  alpha.file_grpc_reflection_v1alpha,
];
/** Comes with every protobuf library. */
const WELL_KNOWN = "google.protobuf.";
const GRPC = "grpc.";

const types = FILES.flatMap((file) => [...nestedTypes(file)]);
const isOurs = ({ typeName }: { readonly typeName: string }): boolean => !typeName.startsWith(GRPC);

function publishedOnly<T>(table: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(table).filter(([name]) => !name.startsWith(WELL_KNOWN)));
}

describe("the schema is the published one", () => {
  test("messages", () => {
    const messages = types
      .filter((type): type is DescMessage => type.kind === "message" && isOurs(type))
      .map((message) => [message.typeName, message.fields.map(fieldOf).sort(byNumber)] as const);
    const expected = Object.entries(
      publishedOnly<readonly PublishedField[]>(published.messages),
    ).map(([name, fields]) => [name, fields.map(plainField).sort(byNumber)] as const);
    expect(Object.fromEntries(messages)).toEqual(Object.fromEntries(expected));
  });

  test("enums", () => {
    const enums = types
      .filter((type): type is DescEnum => type.kind === "enum" && isOurs(type))
      .map(({ typeName, values }) => [
        typeName,
        Object.fromEntries(values.map(({ name, number }) => [name, number])),
      ]);
    expect(Object.fromEntries(enums)).toEqual(publishedOnly(published.enums));
  });

  test("services", () => {
    const services = types
      .filter((type): type is DescService => type.kind === "service" && isOurs(type))
      .map((service) => [service.typeName, service.methods.map(methodOf)]);
    expect(Object.fromEntries(services)).toEqual(published.services);
  });
});

test("the generated code is that of the schema", () => {
  const build = Bun.spawnSync([
    "node_modules/.bin/buf",
    "build",
    "src/wire/proto",
    "--exclude-source-info",
    "-o",
    "-",
  ]);
  expect(build.stderr.toString()).toBe("");
  const schema = fromBinary(FileDescriptorSetSchema, build.stdout).file;
  for (const { proto } of FILES) {
    const built = present(
      schema.find(({ name }) => name === proto.name),
      proto.name,
    );
    expect(bare(proto), proto.name).toBe(bare(built));
  }
});

/** A file in base64 without what follows from the rest, and without what `buf` notes for itself. */
function bare(file: FileDescriptorProto): string {
  const copy = clone(FileDescriptorProtoSchema, file);
  delete copy.$unknown;
  copy.messageType.forEach(forgetJsonNames);
  return toBinary(FileDescriptorProtoSchema, copy).toBase64();
}

function forgetJsonNames(message: DescriptorProto): void {
  for (const field of message.field) field.jsonName = "";
  message.nestedType.forEach(forgetJsonNames);
}

function plainField({ name, number, type, label }: PublishedField): PublishedField {
  return { name, number, type: type.replaceAll(" ", ""), label };
}

function byNumber(left: PublishedField, right: PublishedField): number {
  return left.number - right.number;
}

function fieldOf(field: DescField): PublishedField {
  const { name, number } = field;
  return { name, number, type: typeOf(field), label: labelOf(field) };
}

function labelOf(field: DescField): string {
  if (field.fieldKind === "list") return "repeated";
  if (field.fieldKind === "map") return "map";
  if (field.oneof !== undefined) return `oneof:${field.oneof.name}`;
  return field.proto.proto3Optional ? "optional" : "implicit";
}

function typeOf(field: DescField): string {
  switch (field.fieldKind) {
    case "scalar":
      return scalarName(field.scalar);
    case "enum":
      return field.enum.typeName;
    case "message":
      return field.message.typeName;
    case "list":
      return elementName(field.listKind, field);
    case "map":
      return `map<${scalarName(field.mapKey)},${elementName(field.mapKind, field)}>`;
  }
}

function elementName(
  kind: "scalar" | "enum" | "message",
  { scalar, enum: choice, message }: DescField,
): string {
  if (kind === "scalar") return scalarName(scalar!);
  return kind === "enum" ? choice!.typeName : message!.typeName;
}

function scalarName(scalar: ScalarType): string {
  return ScalarType[scalar].toLowerCase();
}

function methodOf({ name, parent, input, output, methodKind }: DescService["methods"][number]) {
  return {
    name,
    path: `/${parent.typeName}/${name}`,
    request: input.typeName,
    response: output.typeName,
    client_streaming: methodKind === "client_streaming" || methodKind === "bidi_streaming",
    server_streaming: methodKind === "server_streaming" || methodKind === "bidi_streaming",
  };
}
