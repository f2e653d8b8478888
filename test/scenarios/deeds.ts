/**
 * What people do in scenarios, in a line each: submit, transfer, stake, publish a model.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import type { ObjectId } from "../../src/types/address.ts";
import { deriveObjectId } from "../../src/types/address.ts";
import type { TransactionEffects } from "../../src/types/effects.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { scalarTensor, vectorTensor } from "../../src/types/tensor.ts";
import type { KindOf } from "../../src/types/transaction-kind.ts";
import { digestFrom } from "../ledger/fixtures.ts";
import { addressOf, type Scene } from "./scene.ts";

/** The first open target. */
export function openTarget(scene: Scene): ObjectId {
  return present(openTargets(scene.fullnode.disk.reader)[0], "an open target").id;
}

/** A submission that fills a target: it shows the embedding that the target asks for. */
export function submission(
  scene: Scene,
  name: string,
  target_id: ObjectId,
  changes: Partial<KindOf<"SubmitData">> = {},
): KindOf<"SubmitData"> {
  const target = scene.content("Target", target_id);
  return {
    kind: "SubmitData",
    target_id,
    data_manifest: {
      url: "http://127.0.0.1:9000/v1/blobs/data",
      metadata: { checksum: digestFrom("data"), size: 10_000n },
    },
    model_id: present(target.model_ids[0], "a model"),
    embedding: target.embedding,
    distance_score: scalarTensor(0),
    loss_score: vectorTensor(target.model_ids.map(() => 1)),
    bond_coin: scene.coin(name, 1),
    ...changes,
  };
}

/** A transfer of a part of a coin. */
export function transfer(to: string, coin: ObjectRef, amount?: bigint): KindOf<"TransferCoin"> {
  return { kind: "TransferCoin", coin, amount, recipient: addressOf(to) };
}

/** Somebody stakes on a validator, out of the coin that pays. */
export function stake(
  scene: Scene,
  name: string,
  validator: string,
  amount: bigint,
): TransactionEffects {
  const coin = scene.coin(name);
  const kind = { kind: "AddStake", address: addressOf(validator), coin_ref: coin, amount } as const;
  return scene.run(name, kind, [coin]);
}

/** A validator reports a filled target. */
export function report(scene: Scene, name: string, target_id: ObjectId): TransactionEffects {
  return scene.run(name, { kind: "ReportSubmission", target_id });
}

/** The id of the model that a transaction created. */
export function modelOf({ transaction_digest }: TransactionEffects): ObjectId {
  return deriveObjectId(transaction_digest, 0);
}
