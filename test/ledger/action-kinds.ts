/**
 * What the numbers of a random action mean in the state they meet: the kind with its arguments,
 * many of them good and some wrong in every way.
 *
 * @module
 */

import { U64_MAX } from "../../src/base/u64.ts";
import { encode, text } from "../../src/bcs/schema.ts";
import { blsKeygen, blsPublicKey } from "../../src/crypto/bls.ts";
import { proveBlsPossession } from "../../src/crypto/pop.ts";
import { modelIds } from "../../src/ledger/readers.ts";
import { type Address, deriveObjectId, type ObjectId } from "../../src/types/address.ts";
import { modelEntryId } from "../../src/types/entry.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { scalarTensor, vectorTensor } from "../../src/types/tensor.ts";
import type { KindName, KindOf, TransactionKind } from "../../src/types/transaction-kind.ts";
import {
  account,
  bytesOf,
  digestFrom,
  joiningAs,
  NOTHING_NEW,
  SOMA,
  VALIDATORS,
} from "./fixtures.ts";
import { commitmentOf, revealOf, submissionTo } from "./lifecycle.ts";
import { type World } from "./world.ts";

/** What to do next, in numbers. */
export type Action = {
  readonly kind: KindName;
  readonly who: number;
  readonly what: number;
  readonly other: number;
  readonly amount: number;
  readonly gas: number;
};

/** Those who act. */
export const ACCOUNTS: readonly Address[] = ["alice", "bob", "carol", "v0", "v1", "v2"].map(
  account,
);
/** Those on whom one can stake. */
const SEATS = [...VALIDATORS, "carol"].map(account);
const CAROL_SECRET = blsKeygen(bytesOf("carol's protocol key", 32));
const CAROL_KEY = blsPublicKey(CAROL_SECRET);
const CAROL_PROOF = proveBlsPossession(CAROL_SECRET, account("carol"));
const MODEL_NAMES = ["alpha", "beta", "gamma"];
const NOTHING: ObjectId = deriveObjectId(digestFrom("nothing"), 0);

/** One of `items`. */
export function pick<T>(items: readonly T[], number: number): T {
  return items[number % items.length]!;
}

/** A model, mostly one in a state that the action needs; those of genesis belong to nobody here. */
export function modelOf(world: World, { kind, what, amount }: Action): ObjectId {
  const ids = modelIds(world);
  const later = ids.length > 3 ? ids.slice(3) : ids;
  const fit = later.filter((id) => isReady(world, kind, id));
  if (ids.length === 0 || what % 17 === 0) return NOTHING;
  return pick(fit.length > 0 && amount % 5 > 0 ? fit : later, what);
}

function isReady(world: World, kind: KindName, id: ObjectId): boolean {
  const { phase, pending } = world.content("Model", modelEntryId(id));
  if (kind === "CommitModel") return phase.kind === "Created" || phase.kind === "Active";
  if (kind === "RevealModel") return pending?.commit_epoch === world.epoch - 1n;
  return phase.kind === "Active";
}

// Nothing, one, everything there can be, a balance and its neighbours, or some part of it.
function amountOf({ amount }: Action, balance: bigint): bigint {
  const choices = [0n, 1n, U64_MAX, balance, balance + 1n, balance - 1n, balance / 2n, SOMA];
  const chosen = choices[amount % 16] ?? (balance * BigInt(amount)) / 1_000n;
  return chosen < 0n ? 0n : chosen;
}

function coinOf(
  world: World,
  sender: Address,
  action: Action,
  gas: readonly ObjectRef[],
): ObjectRef {
  const coins = world.list("Coin", sender).map(({ id }) => world.ref(id));
  if (action.what % 3 === 0) return gas[0]!;
  if (action.what % 23 === 0) return { ...pick(coins, action.what), version: 1n };
  return pick(coins, action.what);
}

function objectsOf(world: World, sender: Address, { what, other }: Action): readonly ObjectRef[] {
  const owned = [...world.list("Coin", sender), ...world.list("StakedSoma", sender)];
  const first = what % owned.length;
  return owned.slice(first, first + (other % 4)).map(({ id }) => world.ref(id));
}

/** The kind that an action means. */
export function kindOf(
  world: World,
  sender: Address,
  action: Action,
  gas: readonly ObjectRef[],
): TransactionKind | undefined {
  if (gas.length === 0) return undefined;
  const recipient = pick(ACCOUNTS, action.other);
  const coin = coinOf(world, sender, action, gas);
  const held = world.find(coin.object_id)?.content;
  const balance = held?.kind === "Coin" ? held.balance : 0n;
  const whole = action.amount % 5 === 0;
  const amount = whole ? undefined : amountOf(action, balance);
  switch (action.kind) {
    case "TransferCoin":
      return { kind: "TransferCoin", coin, amount, recipient };
    case "PayCoins":
      return payment(world, sender, action, [recipient, sender, recipient].slice(action.gas % 2));
    case "TransferObjects":
      return { kind: "TransferObjects", objects: objectsOf(world, sender, action), recipient };
    case "AddStake":
      return { kind: "AddStake", address: pick(SEATS, action.other), coin_ref: coin, amount };
    case "WithdrawStake":
      return withdrawal(world, sender, action, coin);
    case "SubmitData":
      return submission(world, action, coin);
    case "ClaimRewards":
    case "ReportSubmission":
    case "UndoReportSubmission":
      return { kind: action.kind, target_id: targetOf(world, action) };
    default:
      return (
        validatorKind(action, recipient) ?? modelKind(world, action, { coin_ref: coin, amount })
      );
  }
}

// Only carol has a proof that holds; who else asks is told why not.
function validatorKind(
  { kind, other, amount }: Action,
  reportee: Address,
): TransactionKind | undefined {
  const host = `/dns/host${other % 3}/tcp`;
  switch (kind) {
    case "AddValidator":
      return joiningAs("carol", CAROL_KEY, CAROL_PROOF);
    case "RemoveValidator":
      return { kind, pubkey_bytes: new Uint8Array(0) };
    case "ReportValidator":
    case "UndoReportValidator":
      return { kind, reportee };
    case "SetCommissionRate":
      return { kind, new_rate: BigInt(amount * 11) };
    case "UpdateValidatorMetadata":
      return { kind, ...NOTHING_NEW, next_epoch_network_address: encode(text, `${host}/1`) };
    default:
      return undefined;
  }
}

function payment(
  world: World,
  sender: Address,
  action: Action,
  recipients: readonly Address[],
): KindOf<"PayCoins"> {
  const coins = objectsOf(world, sender, action);
  if (action.amount % 4 === 0)
    return { kind: "PayCoins", coins, amounts: undefined, recipients: recipients.slice(-1) };
  const balance = coins.reduce((sum, { object_id }) => {
    const content = world.find(object_id)?.content;
    return content?.kind === "Coin" ? sum + content.balance : sum;
  }, 0n);
  const amounts = recipients.map(() => amountOf(action, balance / BigInt(recipients.length)));
  return { kind: "PayCoins", coins, amounts, recipients };
}

function withdrawal(
  world: World,
  sender: Address,
  { what }: Action,
  coin: ObjectRef,
): KindOf<"WithdrawStake"> {
  const stakes = world.list("StakedSoma", sender);
  const staked_soma =
    stakes.length === 0 || what % 11 === 0 ? coin : world.ref(pick(stakes, what).id);
  return { kind: "WithdrawStake", staked_soma };
}

function targetOf(world: World, { what, other }: Action): ObjectId {
  const targets = world.list("Target").filter(({ content }) => {
    return other % 3 !== 0 || content.status.kind === "Filled";
  });
  return targets.length === 0 || what % 19 === 0 ? NOTHING : pick(targets, what).id;
}

function submission(
  world: World,
  action: Action,
  bond: ObjectRef,
): KindOf<"SubmitData"> | undefined {
  const targets = world
    .list("Target")
    .filter(({ content }) => content.generation_epoch === world.epoch);
  if (targets.length === 0) return undefined;
  const kind = submissionTo(world, pick(targets, action.what).id, bond);
  const flaws: readonly Partial<KindOf<"SubmitData">>[] = [
    { embedding: vectorTensor([1]) },
    { distance_score: scalarTensor(1) },
    { distance_score: vectorTensor([]) },
    { distance_score: scalarTensor(-0.5) },
    { distance_score: { shape: [1, 1], values: new Float32Array(1) } },
    { embedding: { shape: [4, 4], values: new Float32Array(16) } },
    { embedding: vectorTensor(new Float32Array(16)) },
    { loss_score: vectorTensor([]) },
    { loss_score: vectorTensor(new Float32Array(64)) },
    { model_id: NOTHING },
    {
      data_manifest: {
        ...kind.data_manifest,
        metadata: { ...kind.data_manifest.metadata, size: U64_MAX },
      },
    },
    {
      data_manifest: {
        ...kind.data_manifest,
        metadata: { ...kind.data_manifest.metadata, size: 0n },
      },
    },
  ];
  return { ...kind, ...flaws[action.other % 24] };
}

function modelKind(
  world: World,
  action: Action,
  money: Pick<KindOf<"AddStakeToModel">, "coin_ref" | "amount">,
): TransactionKind | undefined {
  const { kind, other, amount: number } = action;
  const id = modelOf(world, action);
  // One name for each model, so that reveals mostly fit what was committed to.
  const name = other % 8 === 0 ? "other" : pick(MODEL_NAMES, Number.parseInt(id.slice(0, 2), 16));
  switch (kind) {
    case "CreateModel": {
      const stake_amount = amountOf(action, 10n * SOMA);
      return {
        kind,
        stake_amount,
        commission_rate: BigInt(other * 11),
        architecture_version: BigInt(number % 9 === 0 ? 2 : 1),
      };
    }
    case "CommitModel":
      return commitmentOf(id, name);
    case "RevealModel":
      return {
        ...revealOf(id, name),
        ...(other % 11 === 0 ? { embedding: vectorTensor([]) } : {}),
      };
    case "AddStakeToModel":
      return { kind, model_id: id, ...money };
    case "SetModelCommissionRate":
      return { kind, model_id: id, new_rate: BigInt(other * 11) };
    case "DeactivateModel":
    case "ReportModel":
    case "UndoReportModel":
      return { kind, model_id: id };
    default:
      return undefined;
  }
}
