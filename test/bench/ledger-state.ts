/**
 * A ledger's state in memory for benches: a network of a given size from genesis, and transactions
 * that all can be executed on it.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { LiveSet } from "../../src/checkpoint/live-set.ts";
import { buildGenesis } from "../../src/ledger/genesis/build.ts";
import type { GenesisConfig } from "../../src/ledger/genesis/config.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { Chain } from "../../src/node/chain.ts";
import type { Address, ObjectId } from "../../src/types/address.ts";
import { checkpointDigest } from "../../src/types/checkpoint.ts";
import { PARAMETERS_ID, stateDigest, type StateObject } from "../../src/types/entry.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import { scalarTensor, vectorTensor } from "../../src/types/tensor.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import type { SignedTransaction } from "../../src/types/transaction.ts";
import {
  account,
  digestFrom,
  embeddingOf,
  genesisModel,
  genesisValidator,
  SOMA,
  START_MS,
} from "../ledger/fixtures.ts";

/** How large a network is. */
export type Size = {
  readonly validators?: number;
  readonly models: number;
  readonly dimension: number;
  readonly coins: number;
  readonly stakes?: number;
  readonly targets?: number;
};

/** A state that stays as it is: what executes on it goes to a chain of its own. */
export class BenchState {
  readonly objects: Map<ObjectId, StateObject>;
  private readonly tip: ConstructorParameters<typeof Chain>[1];

  constructor(size: Size) {
    const built = buildGenesis(configOf(size));
    if (!built.ok) throw new Error(built.error);
    const { summary, objects } = built.value;
    this.objects = new Map(objects.map((object) => [object.id, object]));
    this.openFewer();
    this.tip = { summary, digest: checkpointDigest(summary), liveSet: new LiveSet() };
  }

  /** A chain on this state, which knows no digest of an object yet, as if read from a disk. */
  chain(): Chain {
    const read = new Map<ObjectId, StateObject>();
    const find = (id: ObjectId): StateObject | undefined => {
      const known = read.get(id);
      const stored = this.objects.get(id);
      if (known !== undefined || stored === undefined) return known;
      const fresh = { ...stored };
      read.set(id, fresh);
      return fresh;
    };
    const reader = { find, execution: none, blocks: () => [], commits: () => [], bundle: none };
    return new Chain(reader, this.tip);
  }

  /** Transfers of a part of each coin of alice, which pays as well. */
  transfers(): readonly SignedTransaction[] {
    const recipient = account("bob");
    return this.coinsOf(account("alice")).map((coin) =>
      signed(account("alice"), { kind: "TransferCoin", coin, amount: 1_000n, recipient }, coin),
    );
  }

  /** A submission to each open target, with bonds out of the coin that pays. */
  submissions(): readonly SignedTransaction[] {
    const coins = this.coinsOf(account("alice"));
    return openTargets({ find: (id) => this.objects.get(id) }).map(({ id, target }, index) => {
      const coin = present(coins[index], "a coin for each target");
      const kind = {
        kind: "SubmitData",
        target_id: id,
        data_manifest: {
          url: "http://127.0.0.1:9000/v1/blobs/data",
          metadata: { checksum: digestFrom("data"), size: 10_000n },
        },
        model_id: target.model_ids[0]!,
        embedding: target.embedding,
        distance_score: scalarTensor(0),
        loss_score: vectorTensor(target.model_ids.map(() => 1)),
        bond_coin: coin,
      } as const;
      return signed(account("alice"), kind, coin);
    });
  }

  // However many targets there are now, later epochs open with the usual number.
  private openFewer(): void {
    const object = present(this.objects.get(PARAMETERS_ID), "the parameters");
    if (object.content.kind !== "Parameters") return;
    const protocol = {
      ...object.content.protocol,
      target_initial_targets_per_epoch: USUAL_TARGETS,
    };
    this.objects.set(PARAMETERS_ID, { ...object, content: { ...object.content, protocol } });
  }

  private coinsOf(owner: Address): readonly ObjectRef[] {
    const coins: ObjectRef[] = [];
    for (const object of this.objects.values()) {
      const { content, owner: held, id, version } = object;
      if (content.kind !== "Coin" || held.kind !== "AddressOwner" || held.address !== owner)
        continue;
      coins.push({ object_id: id, version, digest: stateDigest(object) });
    }
    return coins;
  }
}

const USUAL_TARGETS = 100n;
const none = (): undefined => undefined;

function signed(sender: Address, kind: TransactionKind, coin: ObjectRef): SignedTransaction {
  return { data: { kind, sender, gas_payment: [coin] }, signatures: [new Uint8Array(97)] };
}

function configOf(size: Size): GenesisConfig {
  const { validators = 4, models, dimension, coins, stakes = 0, targets = 100 } = size;
  const seats = Array.from({ length: validators }, (_, place) => `validator-${place}`);
  return {
    chain_start_ms: START_MS,
    protocol_version: 1n,
    overrides: {
      target_embedding_dim: BigInt(dimension),
      target_initial_targets_per_epoch: BigInt(targets),
    },
    validators: seats.map(genesisValidator),
    models: Array.from({ length: models }, (_, place) => ({
      ...genesisModel(`model-${place}`),
      embedding: embeddingOf(`model-${place}`, dimension),
    })),
    allocations: [
      ...seats.map((name) => stakeOf(name, name, 20_000n)),
      ...Array.from({ length: stakes }, (_, place) =>
        stakeOf(`staker-${place}`, seats[place % seats.length]!, 10n),
      ),
      ...Array.from({ length: coins }, () => ({ recipient: account("alice"), amount: 10n * SOMA })),
    ],
  };
}

function stakeOf(name: string, seat: string, soma: bigint): GenesisConfig["allocations"][number] {
  return { recipient: account(name), amount: soma * SOMA, staked_with_validator: account(seat) };
}
