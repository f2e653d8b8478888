/**
 * Hunters: each tries so many pieces of data in an epoch, at random times. The embedding of a piece
 * of data is a random direction, compared with every open target and submitted to those that are
 * near enough. What is submitted to whom is then a Poisson process, from which the next submission
 * is drawn; attempts that fit nothing cost no work. Filled targets are claimed as soon as may be.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import type { Prng } from "../base/prng.ts";
import { cosineDistance } from "../ledger/float.ts";
import { type TargetRow, targetsMadeIn } from "../ledger/readers.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { scalarTensor, scalarValue, vectorTensor } from "../types/tensor.ts";
import type { TransactionData } from "../types/transaction.ts";
import { hunterAccount } from "./accounts.ts";
import { type Directions, towards } from "./directions.ts";
import { gasOf, type Network } from "./network.ts";
import { drawLosses } from "./trainers.ts";
import { manifestOf } from "./weights.ts";

/** What hunters know and draw from. */
export type Hunt = {
  readonly directions: Directions;
  readonly skills: ReadonlyMap<ObjectId, number>;
  readonly prng: Prng;
  /** How many hunt, and how many pieces of data each tries in a millisecond. */
  readonly hunters: number;
  readonly attemptsPerMs: number;
};

const DATA_BYTES = 4_096n;
const AUDIT_EPOCHS = 2n;

/** Milliseconds until the next submission; all open targets of an epoch have one threshold. */
export function untilNextHit(hunt: Hunt, open: readonly TargetRow[]): number {
  const [first] = open;
  if (first === undefined) return Infinity;
  const { directions, hunters, attemptsPerMs, prng } = hunt;
  const fitting = directions.fitting(thresholdOf(first));
  const rate = hunters * attemptsPerMs * open.length * fitting;
  return rate > 0 ? -Math.log(positiveUnit(prng)) / rate : Infinity;
}

/** The submission of a hunter to one of the open targets. */
export function submitTo(hunt: Hunt, network: Network, target: TargetRow): TransactionData {
  const { prng, directions, skills } = hunt;
  const sender = hunterAccount(prng.below(hunt.hunters));
  const { embedding: wanted, model_ids } = target.target;
  const cosine = directions.draw(thresholdOf(target), positiveUnit(prng));
  const embedding = towards(wanted.values, cosine, BigInt(prng.u32()));
  const losses = drawLosses(model_ids, skills, prng);
  const winner = losses.indexOf(Math.min(...losses));
  const gas_payment = gasOf(network, sender);
  const kind = {
    kind: "SubmitData",
    target_id: target.id,
    data_manifest: manifestOf(`data for ${target.id}`, DATA_BYTES),
    model_id: present(model_ids[winner], "a winner"),
    embedding: vectorTensor(embedding),
    distance_score: scalarTensor(present(cosineDistance(embedding, wanted.values), "a distance")),
    loss_score: vectorTensor(losses),
    bond_coin: present(gas_payment[0], "a coin"),
  } as const;
  return { kind, sender, gas_payment };
}

/**
 * Claims of what can be claimed now, in rounds: in each every submitter has at most one, so that
 * none waits for the coin of another.
 */
export function claimsOf(network: Network): readonly (readonly Claim[])[] {
  const epoch = network.epochNumber - AUDIT_EPOCHS;
  if (epoch < 0n) return [];
  const rounds: Claim[][] = [];
  const taken = new Map<Address, number>();
  for (const { id, phase, target } of targetsMadeIn(network, epoch)) {
    if (phase !== "Claimable" || target.submitter === undefined) continue;
    const round = taken.get(target.submitter) ?? 0;
    taken.set(target.submitter, round + 1);
    (rounds[round] ??= []).push({ target: id, claimer: target.submitter });
  }
  return rounds;
}

/** Who claims which target. */
export type Claim = { readonly target: ObjectId; readonly claimer: Address };

/** The transaction of a claim. */
export function claim(network: Network, { target, claimer }: Claim): TransactionData {
  const kind = { kind: "ClaimRewards", target_id: target } as const;
  return { kind, sender: claimer, gas_payment: gasOf(network, claimer) };
}

function thresholdOf({ target }: TargetRow): number {
  return present(scalarValue(target.distance_threshold), "a threshold");
}

function positiveUnit(prng: Prng): number {
  return 1 - prng.unit();
}
