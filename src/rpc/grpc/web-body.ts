/**
 * Bodies of calls from browsers, read before the library does: it takes bytes that are no message
 * for a failure of the server. Whether they are one is found here, so that the client is told.
 *
 * @module
 */
import { type DescMessage, fromBinary } from "@bufbuild/protobuf";

import { concatBytes } from "../../base/bytes.ts";
import { SomaError } from "../../base/errors.ts";
import { type Patience, timedBody } from "../../wire/timed-body.ts";
import { MESSAGE_BYTES_MAX } from "./call.ts";

/** A flag and a length go before each message of a stream. */
const FRAME_BYTES = 5;
const FRAMED = /^application\/(?:grpc-web(?:\+proto)?|connect\+proto)$/i;
const COMPRESSED = 1;
const ENCODINGS = ["grpc-encoding", "connect-content-encoding"];
const PLAIN = /^application\/proto$/i;

/** The body, up to the first byte beyond what a message may have; none when it did not come. */
export async function readWebBody(
  request: Request,
  patience?: Patience,
): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of timedBody(request.body, patience)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > FRAME_BYTES + MESSAGE_BYTES_MAX) break;
    }
  } catch (error) {
    // Too slow, or the client is gone and nobody reads the answer.
    if (error instanceof SomaError || request.signal.aborted) return undefined;
    throw error;
  }
  return concatBytes(...chunks);
}

/** Why the one message in a body is none of its kind, if it is plain to see. */
export function findMalformed(
  { headers }: Request,
  body: Uint8Array,
  input: DescMessage,
): string | undefined {
  const type = headers.get("content-type") ?? "";
  const isCompressed = FRAMED.test(type) && ((body[0] ?? 0) & COMPRESSED) !== 0;
  if (isCompressed && !ENCODINGS.some((name) => headers.has(name))) {
    return "the message is compressed, and no header says how";
  }
  const message = PLAIN.test(type) ? body : FRAMED.test(type) ? framed(body) : undefined;
  if (message === undefined || headers.has("content-encoding")) return undefined;
  try {
    fromBinary(input, message);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** What is in the first frame, if that is whole and not compressed. */
function framed(body: Uint8Array): Uint8Array | undefined {
  if (body.length < FRAME_BYTES || ((body[0] ?? 0) & COMPRESSED) !== 0) return undefined;
  const end = FRAME_BYTES + new DataView(body.buffer, body.byteOffset).getUint32(1);
  return end <= body.length ? body.subarray(FRAME_BYTES, end) : undefined;
}

/** A body that says nothing, in the form of another one. */
export function emptyBody({ headers }: Request): Uint8Array {
  const isFramed = FRAMED.test(headers.get("content-type") ?? "");
  return new Uint8Array(isFramed ? FRAME_BYTES : 0);
}
