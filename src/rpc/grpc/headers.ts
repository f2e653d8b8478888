/**
 * The text around gRPC messages: what a client asks for in headers and how a call's end is told in
 * trailers.
 *
 * @module
 */
import { toBinary } from "@bufbuild/protobuf";

import { utf8 } from "../../base/bytes.ts";
import { StatusSchema } from "../../wire/generated/google/rpc/status_pb.js";
import { GRPC_CODE, type GrpcError, statusOf } from "../../wire/grpc/status.ts";

/** Headers or trailers that we send. */
export type HeaderFields = Record<string, string | number>;

/** The content type of every answer. */
export const GRPC_TYPE = "application/grpc";

/** The longest message that trailers carry, in characters: clients limit headers to 8 or 16 KiB. */
const MESSAGE_CHARACTERS_MAX = 1_024;
const DETAILS_BYTES_MAX = 4_096;

const TIMEOUT_FORM = /^([0-9]{1,8})([HMSmun])$/;
const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};

/** Trailers of a call that succeeded. */
export const OK_TRAILERS: Readonly<HeaderFields> = { "grpc-status": GRPC_CODE.ok };

/** Trailers that tell an error. */
export function errorTrailers(error: GrpcError): HeaderFields {
  const message = error.message.slice(0, MESSAGE_CHARACTERS_MAX);
  const trailers: HeaderFields = {
    "grpc-status": error.code,
    "grpc-message": percentEncode(message),
  };
  if (error.details.length === 0) return trailers;
  const details = toBinary(StatusSchema, statusOf(error));
  if (details.length > DETAILS_BYTES_MAX) return trailers;
  return { ...trailers, "grpc-status-details-bin": details.toBase64({ omitPadding: true }) };
}

/** The milliseconds that `grpc-timeout` gives a call; `undefined` when it is not one. */
export function parseTimeoutMs(text: string): number | undefined {
  const [, digits = "", unit = ""] = TIMEOUT_FORM.exec(text) ?? [];
  return digits === "" ? undefined : Math.ceil(Number(digits) * (UNIT_MS[unit] ?? 0));
}

/** Whether a content type is gRPC's own, with protobuf or BCS inside. */
export function isGrpcType(type: string | undefined): boolean {
  return type !== undefined && /^application\/grpc(?:\+[a-z0-9.-]+)?(?:\s*;|$)/i.test(type);
}

// gRPC over HTTP/2: bytes outside of printable ASCII, and the percent sign itself.
function percentEncode(text: string): string {
  let encoded = "";
  for (const byte of utf8(text)) {
    const isPlain = byte >= 0x20 && byte <= 0x7e && byte !== 0x25;
    encoded += isPlain
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return encoded;
}
