/**
 * Execution of transactions on a state in memory, one after another as a validator does it.
 *
 * @module
 */
import { Prng } from "../../src/base/prng.ts";
import { Chain } from "../../src/node/chain.ts";
import { NO_PROGRESS } from "../../src/node/epoch.ts";
import { SIMULATION_LIMITS } from "../../src/protocol/limits.ts";
import { SimDisk } from "../../src/simulator/disk.ts";
import { setUp } from "../../src/simulator/setup.ts";
import { toDigest } from "../../src/types/address.ts";
import { stateDigest } from "../../src/types/entry.ts";
import type { ObjectRef } from "../../src/types/object.ts";
import type { SignedTransaction } from "../../src/types/transaction.ts";
import type { Bench, Measure } from "./frame.ts";

const ACCOUNTS = 50;
const COINS_PER_ACCOUNT = 40;
const START_MS = 1_767_225_600_000;
const BATCH = 500;

const context = {
  epoch: 0n,
  commitTimestampMs: BigInt(START_MS),
  commitDigest: toDigest("c".repeat(64)),
};

function prepare(): { readonly disk: SimDisk; readonly transfers: readonly SignedTransaction[] } {
  const sizes = { validators: 4, accounts: ACCOUNTS, coinsPerAccount: COINS_PER_ACCOUNT };
  const setup = setUp(new Prng(1), {
    ...sizes,
    epochDurationMs: 86_400_000,
    startMs: START_MS,
    limits: SIMULATION_LIMITS,
  });
  const disk = new SimDisk(setup.genesis);
  const transfers = [...disk.liveObjects()].flatMap((object) => {
    if (object.content.kind !== "Coin" || object.owner.kind !== "AddressOwner") return [];
    const coin: ObjectRef = {
      object_id: object.id,
      version: object.version,
      digest: stateDigest(object),
    };
    const recipient = setup.accounts[0]!.address;
    const kind = { kind: "TransferCoin", coin, amount: 1_000n, recipient } as const;
    const data = { kind, sender: object.owner.address, gas_payment: [coin] };
    return [{ data, signatures: [new Uint8Array(97)] }];
  });
  return { disk, transfers };
}

function executing(isClosed: boolean): () => Measure {
  return () => {
    const { disk, transfers } = prepare();
    let next = 0;
    const sample = (): number => {
      if (next + BATCH > transfers.length) next = 0;
      const chain = new Chain(disk.reader, disk.recover().tip);
      const batch = transfers.slice(next, next + BATCH);
      next += BATCH;
      const startMs = performance.now();
      for (const transaction of batch) chain.execute(transaction, context);
      if (isClosed) chain.close(BigInt(START_MS + 300), undefined, NO_PROGRESS);
      return BATCH / ((performance.now() - startMs) / 1000);
    };
    return { sample };
  };
}

/** Ledger benches. */
export const benches: readonly Bench[] = [
  { name: "transfers executed", unit: "tx/s", setup: executing(false) },
  { name: "transfers executed and closed in a checkpoint", unit: "tx/s", setup: executing(true) },
];
