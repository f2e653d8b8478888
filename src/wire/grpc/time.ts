/**
 * Times in gRPC.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { TimestampSchema } from "@bufbuild/protobuf/wkt";

const MS_PER_SECOND = 1_000n;
const NANOS_PER_MS = 1_000_000;

/** Milliseconds since 1970. */
export function timestamp(ms: bigint): MessageInitShape<typeof TimestampSchema> {
  return { seconds: ms / MS_PER_SECOND, nanos: Number(ms % MS_PER_SECOND) * NANOS_PER_MS };
}
