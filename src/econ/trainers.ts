/**
 * Trainers: each has one model and publishes new weights every few epochs, a commitment first and
 * what it hides an epoch later. How well a model does on a piece of data is its trainer's skill and
 * chance.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import type { Prng } from "../base/prng.ts";
import { modelIds } from "../ledger/readers.ts";
import { readContent } from "../ledger/view.ts";
import type { Address, ObjectId } from "../types/address.ts";
import { modelEntryId } from "../types/entry.ts";
import type { TransactionData } from "../types/transaction.ts";
import { trainerAccount } from "./accounts.ts";
import { gasOf, type Network } from "./network.ts";
import type { Plan } from "./plan.ts";
import { weightsOf } from "./weights.ts";

/** A trainer and the model. */
export type Trainer = {
  readonly place: number;
  readonly account: Address;
  readonly model: ObjectId;
  readonly isAttacker: boolean;
  /** How much lower than others' the model's losses are, in bits for a byte. */
  readonly skill: number;
};

/** New weights come once in so many epochs, from one trainer after another. */
const PUBLISH_EPOCHS = 5;
const LOSS_BITS = 4;
/** Chance weighs as much as the whole difference between the best and the worst trainer. */
const SKILL_BITS = 0.5;
const CHANCE_BITS = 0.5;

/** The trainers of a network that has just begun. */
export function trainersOf(network: Network, plan: Plan, prng: Prng): readonly Trainer[] {
  const owners = new Map<Address, ObjectId>();
  for (const model of modelIds(network)) {
    const entry = present(readContent(network, "Model", modelEntryId(model)), "a model");
    owners.set(entry.owner, model);
  }
  return Array.from({ length: plan.trainers + plan.attackers }, (_, place) => {
    const account = trainerAccount(place);
    const model = present(owners.get(account), "a trainer's model");
    const isAttacker = place >= plan.trainers;
    return { place, account, model, isAttacker, skill: prng.unit() * SKILL_BITS };
  });
}

/** What trainers publish in an epoch, one transaction each. */
export function publish(
  network: Network,
  trainers: readonly Trainer[],
  { epoch, dimension }: { readonly epoch: number; readonly dimension: number },
): readonly TransactionData[] {
  return trainers.flatMap(({ place, account, model }): TransactionData[] => {
    const turn = (epoch + place) % PUBLISH_EPOCHS;
    // Whose commitment would come before the first epoch begins with the next turn.
    if (turn > 1 || epoch < turn) return [];
    const number = epoch - turn + 1;
    const weights = weightsOf({ trainer: place, number, dimension });
    const gas_payment = gasOf(network, account);
    const { decryption_key, embedding, ...commitment } = weights;
    const kind =
      turn === 0
        ? ({ kind: "CommitModel", model_id: model, ...commitment } as const)
        : ({ kind: "RevealModel", model_id: model, decryption_key, embedding } as const);
    return [{ kind, sender: account, gas_payment }];
  });
}

/** What the models of a target lose on a piece of data, in their order. */
export function drawLosses(
  models: readonly ObjectId[],
  skills: ReadonlyMap<ObjectId, number>,
  prng: Prng,
): readonly number[] {
  return models.map(
    (model) => LOSS_BITS - present(skills.get(model), "a skill") + CHANCE_BITS * prng.unit(),
  );
}
