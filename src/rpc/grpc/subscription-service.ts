/**
 * `SubscriptionService`: every checkpoint from now on, in order and without a gap. Who reads too
 * slowly is told so and has to begin again; nothing is skipped.
 *
 * @module
 */
import { create, toBinary } from "@bufbuild/protobuf";

import { SUBSCRIPTION_LIMITS } from "../../protocol/limits.ts";
import type { CheckpointBundle } from "../../types/bundle.ts";
import {
  CheckpointSchema,
  SubscribeCheckpointsRequestSchema,
  SubscribeCheckpointsResponseSchema,
} from "../../wire/generated/soma_pb.js";
import { type Mask, maskKey, parseMask } from "../../wire/grpc/mask.ts";
import { fromProtobuf } from "../../wire/grpc/method.ts";
import type { CallContext, Method } from "../../wire/grpc/method.ts";
import { GRPC_CODE, GrpcError, unavailable } from "../../wire/grpc/status.ts";
import { CheckpointLog, type LogLimits } from "../checkpoint-log.ts";
import type { LedgerReader } from "../reader.ts";
import { checkpointMessage } from "./checkpoint-view.ts";
import type { GrpcPorts } from "./ports.ts";

/** Clients that listen at once. */
const SUBSCRIBERS_MAX = 1_024;
/** Masks that differ; clients with the same one share its frames. */
const LOGS_MAX = 64;
const RETRY_MS = 1_000;
const NOTHING: Mask = new Map();

/** The methods of the service over `ports`. */
export function subscriptionMethods(
  ports: Pick<GrpcPorts, "reader" | "feed">,
  limits: LogLimits = SUBSCRIPTION_LIMITS,
): readonly Method[] {
  const logs = new Logs(ports, limits);
  return [
    {
      kind: "ServerStream",
      path: "/soma.rpc.SubscriptionService/SubscribeCheckpoints",
      serve: (bytes, context) => {
        const { readMask: given } = fromProtobuf(SubscribeCheckpointsRequestSchema, bytes);
        // Published servers do not check this mask, and without one they send cursors only.
        const parsed = parseMask(CheckpointSchema, given?.paths ?? []);
        return follow(ports.reader, logs.open(parsed.ok ? parsed.value : NOTHING), context);
      },
    },
  ];
}

/** One log a mask, as long as somebody listens to it. */
class Logs {
  private readonly ports: Pick<GrpcPorts, "reader" | "feed">;
  private readonly limits: LogLimits;
  private readonly byMask = new Map<string, CheckpointLog>();

  constructor(ports: Pick<GrpcPorts, "reader" | "feed">, limits: LogLimits) {
    this.ports = ports;
    this.limits = limits;
  }

  open(mask: Mask): CheckpointLog {
    this.tidy();
    const listening = [...this.byMask.values()].reduce((sum, log) => sum + log.listening, 0);
    if (listening >= SUBSCRIBERS_MAX) throw unavailable("too many subscriptions", RETRY_MS);
    const key = maskKey(mask);
    const known = this.byMask.get(key);
    if (known !== undefined) return known;
    if (this.byMask.size >= LOGS_MAX) throw unavailable("too many different masks", RETRY_MS);
    const { reader, feed } = this.ports;
    const frameOf = (bundle: CheckpointBundle): Uint8Array => frame(reader, bundle, mask);
    const log = new CheckpointLog({ reader, feed, frameOf }, this.limits);
    this.byMask.set(key, log);
    return log;
  }

  private tidy(): void {
    for (const [key, log] of this.byMask) {
      if (log.listening === 0) this.byMask.delete(key);
    }
  }
}

function frame(reader: LedgerReader, bundle: CheckpointBundle, mask: Mask): Uint8Array {
  const message = create(SubscribeCheckpointsResponseSchema, {
    cursor: bundle.summary.sequence_number,
    checkpoint: checkpointMessage(reader, bundle, mask),
  });
  return toBinary(SubscribeCheckpointsResponseSchema, message);
}

// Listening begins with the call, before anybody asks for the first message: what becomes final
// while the client still waits for headers is not missed.
function follow(
  reader: LedgerReader,
  log: CheckpointLog,
  { signal }: CallContext,
): AsyncIterable<Uint8Array> {
  let wake = (): void => undefined;
  const unlisten = log.listen(() => wake());
  signal.addEventListener("abort", () => {
    unlisten();
    wake();
  });
  return read(log, reader.latest().summary.sequence_number + 1n, signal, (next) => {
    wake = next;
  });
}

async function* read(
  log: CheckpointLog,
  from: bigint,
  signal: AbortSignal,
  onWake: (wake: () => void) => void,
): AsyncIterable<Uint8Array> {
  for (let sequence = from; !signal.aborted;) {
    const next = log.next(sequence, false);
    if (next === "Lost") {
      const message = `checkpoints came faster than they were read; go on from ${sequence}`;
      throw new GrpcError(GRPC_CODE.resourceExhausted, message);
    }
    if (next === "Wait") {
      await new Promise<void>((resolve) => onWake(resolve));
      continue;
    }
    sequence += 1n;
    yield next;
  }
}
