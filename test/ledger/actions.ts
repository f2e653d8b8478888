/**
 * Random transactions for property tests. An action is a few numbers; what it means is read off the
 * state it meets, so that every prefix of a list of actions makes sense and shrinks well.
 *
 * @module
 */
import fc from "fast-check";

import type { Execution } from "../../src/ledger/outcome.ts";
import { type Address, type ObjectId } from "../../src/types/address.ts";
import { modelEntryId } from "../../src/types/entry.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import type { KindName } from "../../src/types/transaction-kind.ts";
import { ACCOUNTS, type Action, kindOf, modelOf, pick } from "./action-kinds.ts";
import { account, DAY_MS, VALIDATORS } from "./fixtures.ts";
import { type World } from "./world.ts";

const WEIGHTS: Partial<Record<KindName, number>> = {
  ChangeEpoch: 5,
  AddValidator: 1,
  RemoveValidator: 1,
  ReportValidator: 2,
  UndoReportValidator: 1,
  UpdateValidatorMetadata: 1,
  SetCommissionRate: 1,
  ReportModel: 3,
  UndoReportModel: 1,
  TransferCoin: 4,
  PayCoins: 4,
  TransferObjects: 3,
  AddStake: 3,
  WithdrawStake: 5,
  CreateModel: 3,
  CommitModel: 6,
  RevealModel: 12,
  AddStakeToModel: 3,
  SetModelCommissionRate: 1,
  DeactivateModel: 2,
  SubmitData: 6,
  ClaimRewards: 6,
  ReportSubmission: 6,
  UndoReportSubmission: 1,
};

/** All kinds that are tried. */
export const KINDS: readonly KindName[] = Object.keys(WEIGHTS) as KindName[];

const OWNER_KINDS: ReadonlySet<KindName> = new Set<KindName>([
  "CommitModel",
  "RevealModel",
  "SetModelCommissionRate",
  "DeactivateModel",
]);

const SEAT_KINDS: ReadonlySet<KindName> = new Set<KindName>([
  "ReportValidator",
  "UndoReportValidator",
  "ReportModel",
  "UndoReportModel",
  "ReportSubmission",
  "UndoReportSubmission",
]);
const SEATS: readonly Address[] = VALIDATORS.map(account);

/** Lists of so many actions over all kinds that have a weight. */
export function actions(length: number): fc.Arbitrary<readonly Action[]> {
  const kinds = Object.entries(WEIGHTS).map(([kind, weight]) => ({
    weight,
    arbitrary: fc.constant(kind as KindName),
  }));
  const number = fc.nat(1_000);
  const action = fc.record({
    kind: fc.oneof(...kinds),
    who: number,
    what: number,
    other: number,
    amount: number,
    gas: number,
  });
  return fc.array(action, { maxLength: length, size: "max" });
}

/** Does one action; `undefined` when the account has nothing to pay with. */
export function perform(world: World, action: Action): Execution | undefined {
  if (action.kind === "ChangeEpoch") return world.endEpoch((DAY_MS * BigInt(action.amount)) / 500n);
  const sender = senderOf(world, action);
  const gas = gasOf(world, sender, action);
  const kind = kindOf(world, sender, action, gas);
  return gas.length === 0 || kind === undefined ? undefined : world.run(sender, kind, gas);
}

// Mostly the owner where only the owner may act, and a validator where only one may.
function senderOf(world: World, action: Action): Address {
  if (SEAT_KINDS.has(action.kind) && action.who % 6 > 0) return pick(SEATS, action.who);
  const owner = OWNER_KINDS.has(action.kind) ? ownerOf(world, modelOf(world, action)) : undefined;
  return owner === undefined || action.who % 6 === 0 ? pick(ACCOUNTS, action.who) : owner;
}

function ownerOf(world: World, id: ObjectId): Address | undefined {
  const content = world.find(modelEntryId(id))?.content;
  return content?.kind === "Model" ? content.owner : undefined;
}

// One coin, all coins, the same coin twice, or somebody else's.
function gasOf(world: World, sender: Address, { gas }: Action): readonly ObjectRef[] {
  const coins = world.list("Coin", sender).map(({ id }) => world.ref(id));
  if (coins.length === 0) return [];
  const one = pick(coins, gas);
  if (gas % 29 === 0) return [one, one];
  if (gas % 31 === 0) return [world.ref(pick(world.list("Coin"), gas).id)];
  return gas % 7 === 0 ? coins.slice(0, 5) : [one];
}
