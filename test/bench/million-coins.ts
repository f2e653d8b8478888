/**
 * A node with a million coins in its database, at work: transfers all over them, in checkpoints
 * that are written as a validator writes them. Prints the most memory it had, in MiB.
 *
 *     bun test/bench/million-coins.ts DIRECTORY [COINS]
 *
 * @module
 */
import { LiveSet } from "../../src/checkpoint/live-set.ts";
import { installNative } from "../../src/crypto/native.ts";
import { firstEpoch } from "../../src/host/epoch-records.ts";
import { genesisBatch, listObject } from "../../src/host/ledger-writes.ts";
import { NodeStorage } from "../../src/host/node-storage.ts";
import { openStores, type Stores } from "../../src/host/stores.ts";
import { buildGenesis } from "../../src/ledger/genesis/build.ts";
import { Chain } from "../../src/node/chain.ts";
import { NO_PROGRESS } from "../../src/node/epoch.ts";
import { genesisRecord } from "../../src/node/genesis.ts";
import { toObjectId, ZERO_DIGEST } from "../../src/types/address.ts";
import { stateDigest, type StateObject } from "../../src/types/entry.ts";
import type { SignedTransaction } from "../../src/types/transaction.ts";
import { account, digestFrom, START_MS, testConfig } from "../ledger/fixtures.ts";

const CHUNK = 10_000;
const CHECKPOINTS = 40;
const TRANSFERS = 500;
const KIB_PER_MIB = 1_024;
const ALICE = account("alice");

const [directory = "", coins = "1000000"] = process.argv.slice(2);

function coin(place: number): StateObject {
  return {
    id: toObjectId(place.toString(16).padStart(64, "0")),
    version: 1n,
    owner: { kind: "AddressOwner", address: ALICE },
    previous_transaction: ZERO_DIGEST,
    content: { kind: "Coin", balance: 1_000_000_000n },
  };
}

function transfer(place: number): SignedTransaction {
  const object = coin(place);
  const ref = { object_id: object.id, version: object.version, digest: stateDigest(object) };
  const kind = { kind: "TransferCoin", coin: ref, amount: 1n, recipient: account("bob") } as const;
  const data = { kind, sender: ALICE, gas_payment: [ref] };
  return { data, signatures: [new Uint8Array(97)] };
}

type Begun = { readonly chain: Chain; readonly storage: NodeStorage };

function begin(stores: Stores, count: number): Begun {
  const built = buildGenesis(testConfig());
  if (!built.ok) throw new Error(built.error);
  const record = genesisRecord(built.value);
  stores.ledger.write(genesisBatch(record, firstEpoch(record, built.value.committee)));
  for (let first = 0; first < count; first += CHUNK) {
    const objects = Array.from({ length: CHUNK }, (_, place) => listObject(coin(first + place)));
    stores.ledger.write({ objects });
  }
  const { bundle, digest, liveSet } = record;
  const tip = { summary: bundle.summary, digest, liveSet: LiveSet.fromBytes(liveSet) };
  const storage = new NodeStorage(stores);
  return { chain: new Chain(storage.reader, tip), storage };
}

function work(stores: Stores, count: number): void {
  const { chain, storage } = begin(stores, count);
  const stride = Math.floor(count / (CHECKPOINTS * TRANSFERS));
  for (let round = 0; round < CHECKPOINTS; round++) {
    const timestampMs = START_MS + BigInt(1_000 * (round + 1));
    const commitDigest = digestFrom(`commit ${round}`);
    const context = { epoch: 0n, commitTimestampMs: timestampMs, commitDigest };
    for (let index = 0; index < TRANSFERS; index++) {
      chain.execute(transfer((round + CHECKPOINTS * index) * stride), context);
    }
    chain.close(timestampMs, undefined, NO_PROGRESS);
    const certificate = { epoch: 0n, signature: new Uint8Array(48), signers: [0, 1, 2] };
    const record = chain.certify(certificate);
    storage.writeCheckpoint(record);
    chain.settle(record);
  }
}

installNative();
const stores = openStores({ dbPath: directory, consensusDbPath: directory });
work(stores, Number(coins));
console.log((process.resourceUsage().maxRSS / KIB_PER_MIB).toFixed(0));
stores.close();
