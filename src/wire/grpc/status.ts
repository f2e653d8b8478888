/**
 * How calls end in gRPC: a code, a sentence and details that programs read. Errors travel to the
 * edge as a `GrpcError`; fields of a request that are not as they must be are named in a
 * `BadRequest`, the way published clients and tools expect it.
 *
 * @module
 */
import { create, type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";

import { BadRequestSchema, RetryInfoSchema } from "../generated/google/rpc/error_details_pb.js";
import { type Status, StatusSchema } from "../generated/google/rpc/status_pb.js";

/** The codes that calls end with. */
export const GRPC_CODE = {
  ok: 0,
  cancelled: 1,
  unknown: 2,
  invalidArgument: 3,
  deadlineExceeded: 4,
  notFound: 5,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  outOfRange: 11,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
} as const;

/** One of them. */
export type GrpcCode = (typeof GRPC_CODE)[keyof typeof GRPC_CODE];

/** Whether a field is wrong or not there. */
export type FieldReason = "FIELD_INVALID" | "FIELD_MISSING";

/** What is wrong with which field, such as `requests[2].object_id`. */
export type FieldViolation = {
  readonly field: string;
  readonly description: string;
  readonly reason: FieldReason;
};

/** A call that ends with an error. */
export class GrpcError extends Error {
  override readonly name = "GrpcError";
  readonly code: GrpcCode;
  readonly details: readonly Any[];

  constructor(code: GrpcCode, message: string, details: readonly Any[] = []) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Fields of the request are not as they must be. */
function badRequest(violations: readonly FieldViolation[]): GrpcError {
  const message = violations.map(({ field, description }) => `${field}: ${description}`).join("; ");
  const fieldViolations = violations.map((violation) => ({ ...violation }));
  const detail = anyOf(BadRequestSchema, create(BadRequestSchema, { fieldViolations }));
  return new GrpcError(GRPC_CODE.invalidArgument, message, [detail]);
}

/** One field is not as it must be. */
export function invalidField(field: string, description: string): GrpcError {
  return badRequest([{ field, description, reason: "FIELD_INVALID" }]);
}

/** A field that must be there is not. */
export function missingField(field: string): GrpcError {
  return badRequest([{ field, description: "is missing", reason: "FIELD_MISSING" }]);
}

/** Nothing is there under that name. */
export function notFound(message: string): GrpcError {
  return new GrpcError(GRPC_CODE.notFound, message);
}

/** The service cannot do it now; the client may ask again after `retryMs`. */
export function unavailable(message: string, retryMs: number): GrpcError {
  const retryDelay = {
    seconds: BigInt(Math.floor(retryMs / 1_000)),
    nanos: (retryMs % 1_000) * 1_000_000,
  };
  const detail = anyOf(RetryInfoSchema, create(RetryInfoSchema, { retryDelay }));
  return new GrpcError(GRPC_CODE.unavailable, message, [detail]);
}

/** The error as a message: in a batch, and in the trailers of a call. */
export function statusOf({ code, message, details }: GrpcError): Status {
  return create(StatusSchema, { code, message, details: [...details] });
}

// Without a host, as the reference writes it and its clients look for it.
function anyOf<D extends DescMessage>(schema: D, message: MessageShape<D>): Any {
  const typeUrl = `/${schema.typeName}`;
  return create(AnySchema, { typeUrl, value: toBinary(schema, message) });
}
