/**
 * Ends epochs of a local network: every validator is asked, and the epoch has ended when every node
 * serves the next one.
 *
 * @module
 */
import { type Control, EPOCH_TIMEOUT } from "../admin/service.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import { SomaError } from "../base/errors.ts";
import { FINALITY_LIMITS } from "../protocol/limits.ts";
import type { Nodes } from "./nodes.ts";

const POLL_MS = 10;
// A validator that is catching up may not hear the first time.
const ASK_AGAIN_MS = 2_000;

/** Control over running nodes. */
export function createControl({ validators, fullnode }: Nodes): Control {
  return {
    advanceEpoch: async () => {
      const next = fullnode.epoch() + 1n;
      const startMs = SYSTEM_CLOCK.monotonicMs();
      const nodes = [...validators, fullnode];
      for (let polls = 0; nodes.some((node) => node.epoch() < next); polls++) {
        if ((polls * POLL_MS) % ASK_AGAIN_MS === 0) askAll(validators, next);
        if (SYSTEM_CLOCK.monotonicMs() - startMs > FINALITY_LIMITS.epochAdvanceMs) {
          throw epochTimeout(next);
        }
        await Bun.sleep(POLL_MS);
      }
      return next;
    },
  };
}

function askAll(validators: Nodes["validators"], next: bigint): void {
  for (const validator of validators) {
    if (validator.epoch() + 1n === next) validator.advanceEpoch();
  }
}

function epochTimeout(next: bigint): SomaError {
  const seconds = FINALITY_LIMITS.epochAdvanceMs / 1_000;
  return new SomaError(EPOCH_TIMEOUT, `epoch ${next} did not begin within ${seconds} s`, {
    hint: "see the log: too few validators may be running",
  });
}
