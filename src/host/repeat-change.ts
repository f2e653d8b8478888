/**
 * An epoch change made once more in a thread of its own, which has none of the memory and none of
 * the compiled code of the thread in which it met a fault. This thread waits and answers reads: an
 * epoch has ended, and nothing goes on before the next begins. What comes back is checked against
 * its own effects; without an answer the node stops before it has signed anything.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { fromUtf8 } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import { type Codec, decode, encode } from "../bcs/schema.ts";
import type { ChangeCall } from "../ledger/call.ts";
import type { Execution } from "../ledger/outcome.ts";
import type { StateReader } from "../ledger/view.ts";
import { spawnWorker } from "../spawn.ts";
import { type ObjectId, toObjectId } from "../types/address.ts";
import { committee } from "../types/committee.ts";
import { transactionEffects } from "../types/effects.ts";
import { stateDigest, type StateObject, stateObject } from "../types/entry.ts";
import type { RepeatOrder } from "./execution-role.ts";
import { type SharedFrame, SharedFrames } from "./shared-frames.ts";

/** The longest that the thread may take from one frame to the next. */
const SILENCE_MS = 60_000;

type Told = {
  readonly written: StateObject[];
  effects?: Execution["effects"];
  nextCommittee?: Execution["nextCommittee"];
};

/** Makes an epoch change in a fresh thread; nothing when it meets a fault there too. */
export function repeatChange(call: ChangeCall): Execution | undefined {
  const frames = new SharedFrames("owner");
  // What it says comes in frames; its events would be heard only after this is over.
  const worker = spawnWorker("execution", { onMessage: ignore, onCrash: ignore });
  try {
    worker.post(orderOf(call, frames));
    return listen(frames, call.state);
  } finally {
    void worker.stop();
  }
}

function orderOf({ change, digest, context }: ChangeCall, { memory }: SharedFrames): RepeatOrder {
  const { repeat: _, ...plain } = context;
  return { memory, change, digest, context: plain };
}

function listen(frames: SharedFrames, state: StateReader): Execution | undefined {
  const told: Told = { written: [] };
  for (;;) {
    const frame = frames.hear(SILENCE_MS);
    if (frame === undefined) throw failed("it does not answer");
    if (frame.kind === "Fault") return undefined;
    if (frame.kind === "Done") return conclude(told);
    if (frame.kind === "Broken") throw failed(fromUtf8(frame.bytes) ?? "it broke");
    if (frame.kind === "Find") answer(frames, state, frame);
    else {
      note(told, frame);
      frames.say("None");
    }
  }
}

function answer(frames: SharedFrames, state: StateReader, { bytes }: SharedFrame): void {
  const object = state.find(toObjectId(fromUtf8(bytes) ?? ""));
  if (object === undefined) frames.say("None");
  else frames.say("Object", encode(stateObject, object));
}

function note(told: Told, { kind, bytes }: SharedFrame): void {
  switch (kind) {
    case "Written":
      told.written.push(read(stateObject, bytes));
      return;
    case "Effects":
      told.effects = read(transactionEffects, bytes);
      return;
    case "Committee":
      told.nextCommittee = read(committee, bytes);
      return;
    default:
      throw failed(`it says ${kind}`);
  }
}

function conclude({ written, nextCommittee, effects: told }: Told): Execution {
  const effects = present(told, "effects");
  const deleted: ObjectId[] = [];
  const digests = new Map<ObjectId, string>();
  for (const { object_id, output_state: output } of effects.changed_objects) {
    if (output.kind === "NotExist") deleted.push(object_id);
    else digests.set(object_id, output.digest);
  }
  const isWhole = written.every((object) => digests.get(object.id) === stateDigest(object));
  assert(isWhole && written.length === digests.size, "the state is that of the effects");
  return { effects, written, deleted, nextCommittee };
}

function read<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const decoded = decode(codec, bytes);
  if (decoded.ok) return decoded.value;
  throw failed(`${codec.name}: ${decoded.error.reason}`);
}

function failed(reason: string): SomaError {
  return new SomaError(
    "epoch_change_failed",
    `the epoch change failed in a fresh thread: ${reason}`,
    {
      hint: "report this with the log of the node; its data is as it was before",
    },
  );
}

function ignore(): void {
  // Nothing is said this way.
}
