/**
 * The worker's side of an epoch change that is made once more: it asks the other thread for every
 * object it reads, and tells what came of it.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { utf8 } from "../base/bytes.ts";
import { decode, encode } from "../bcs/schema.ts";
import type { ExecutionContext } from "../ledger/call.ts";
import type { Execution } from "../ledger/outcome.ts";
import { attemptChange } from "../ledger/system.ts";
import type { Part } from "../spawn.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import { committee } from "../types/committee.ts";
import { transactionEffects } from "../types/effects.ts";
import { type StateObject, stateObject } from "../types/entry.ts";
import type { KindOf } from "../types/transaction-kind.ts";
import { type SharedFrame, SharedFrames } from "./shared-frames.ts";

/** What is to be made once more. */
export type RepeatOrder = {
  readonly memory: SharedArrayBuffer;
  readonly change: KindOf<"ChangeEpoch">;
  readonly digest: Digest;
  readonly context: Omit<ExecutionContext, "repeat">;
};

/** Makes one epoch change. */
export const part: Part = () => (message) => repeat(message as RepeatOrder);

function repeat({ memory, ...order }: RepeatOrder): void {
  const frames = new SharedFrames("guest", memory);
  try {
    const execution = attemptChange({ state: { find: (id) => find(frames, id) }, ...order });
    if (execution === undefined) frames.say("Fault");
    else tell(frames, execution);
  } catch (error) {
    frames.say("Broken", utf8(error instanceof Error ? error.message : String(error)));
  }
}

function find(frames: SharedFrames, id: ObjectId): StateObject | undefined {
  frames.say("Find", utf8(id));
  const { kind, bytes } = hear(frames);
  if (kind === "None") return undefined;
  const object = decode(stateObject, bytes);
  if (object.ok) return object.value;
  throw new Error(`object ${id} cannot be read: ${object.error.reason}`);
}

function tell(frames: SharedFrames, { effects, written, nextCommittee }: Execution): void {
  for (const object of written) {
    frames.say("Written", encode(stateObject, object));
    hear(frames);
  }
  frames.say("Effects", encode(transactionEffects, effects));
  hear(frames);
  if (nextCommittee !== undefined) {
    frames.say("Committee", encode(committee, nextCommittee));
    hear(frames);
  }
  frames.say("Done");
}

// The other thread does nothing else meanwhile, and ends this one when it gives up.
function hear(frames: SharedFrames): SharedFrame {
  return present(frames.hear(Infinity), "an answer");
}
