/**
 * Epoch changes that meet a fault: a fault that stays leads to safe mode, one that only the first
 * thread has does not, and a bug stops the node.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { encode } from "../../src/bcs/schema.ts";
import { repeatChange } from "../../src/host/repeat-change.ts";
import { buildChangeEpoch } from "../../src/ledger/epoch/change.ts";
import { executeTransaction } from "../../src/ledger/execute.ts";
import type { Execution } from "../../src/ledger/outcome.ts";
import type { StateReader } from "../../src/ledger/view.ts";
import { ZERO_DIGEST } from "../../src/types/address.ts";
import {
  ECONOMY_ID,
  EPOCH_STATE_ID,
  poolEntryId,
  type StateObject,
  stateObject,
  VALIDATOR_INDEX_ID,
} from "../../src/types/entry.ts";
import { systemTransaction, transactionDigest } from "../../src/types/transaction.ts";
import { DAY_MS, START_MS } from "../ledger/fixtures.ts";
import { World } from "../ledger/world.ts";

const world = new World();
const change = buildChangeEpoch(world, {
  timestampMs: START_MS + DAY_MS,
  fees: 0n,
  lastCommit: ZERO_DIGEST,
});
const { data } = systemTransaction(change);

/** The change on a state, with the second attempt in a thread of its own. */
function execute(state: StateReader, repeat = repeatChange): Execution {
  return executeTransaction(state, data, transactionDigest(data), { ...world.context(), repeat });
}

/** The state with one object as `spoil` leaves it, for as many reads of it. */
function spoiled(id: string, spoil: (object: StateObject) => StateObject, reads = Infinity) {
  let left = reads;
  const find: StateReader["find"] = (asked) => {
    const object = world.find(asked);
    return asked === id && object !== undefined && left-- > 0 ? spoil(object) : object;
  };
  return { find };
}

function inDebt(object: StateObject): StateObject {
  const { content } = object;
  if (content.kind !== "Pool") return object;
  const owed = 2n * content.soma_balance;
  return { ...object, content: { ...content, pending_total_soma_withdraw: owed } };
}

const { active } = world.content("ValidatorIndex", VALIDATOR_INDEX_ID);
const pool = poolEntryId(present(active[0], "a validator").pool_id);

function isSafe({ written }: Execution): boolean {
  const content = present(
    written.find(({ id }) => id === EPOCH_STATE_ID),
    "the epoch",
  ).content;
  return content.kind === "EpochState" && content.safe_mode;
}

function bytesOf({ written }: Execution): readonly string[] {
  return written.map((object) => encode(stateObject, object).toHex());
}

test("a fault of the first thread alone is survived: the fresh one's change is the change", () => {
  const plain = execute(world);
  const repeats: (Execution | undefined)[] = [];
  const survived = execute(spoiled(pool, inDebt, 1), (call) => {
    const execution = repeatChange(call);
    repeats.push(execution);
    return execution;
  });
  expect(repeats).toHaveLength(1);
  expect(isSafe(plain)).toBe(false);
  expect(survived.effects).toEqual(plain.effects);
  expect(bytesOf(survived)).toEqual(bytesOf(plain));
  expect(survived.deleted).toEqual(plain.deleted);
  expect(survived.nextCommittee).toEqual(plain.nextCommittee);
});

test("a fault that stays begins the epoch in safe mode", () => {
  const execution = execute(spoiled(pool, inDebt));
  expect(execution.effects.status.kind).toBe("Success");
  expect(isSafe(execution)).toBe(true);
});

test("what is no fault of the rules stops the node", () => {
  const parameters = (object: StateObject): StateObject => ({
    ...object,
    content: present(world.find(EPOCH_STATE_ID), "the epoch").content,
  });
  // The first thread sees a pool in debt, the fresh one no economy at all.
  const first = spoiled(pool, inDebt, 1);
  let reads = 0;
  const find: StateReader["find"] = (id) => {
    if (id !== ECONOMY_ID) return first.find(id);
    const economy = present(world.find(id), "the economy");
    return reads++ === 0 ? economy : parameters(economy);
  };
  expect(() => execute({ find })).toThrow("failed in a fresh thread");
});
