/**
 * A chain without consensus: transactions are executed, closed into checkpoints, "certified" and
 * written, so that tests can look at what storage makes of them.
 *
 * @module
 */
import { LiveSet } from "../../src/checkpoint/live-set.ts";
import { firstEpoch } from "../../src/host/epoch-records.ts";
import { genesisRecord } from "../../src/host/genesis-file.ts";
import { genesisBatch } from "../../src/host/ledger-writes.ts";
import { NodeStorage } from "../../src/host/node-storage.ts";
import type { Stores } from "../../src/host/stores.ts";
import { Chain } from "../../src/node/chain.ts";
import { Epoch, NO_PROGRESS } from "../../src/node/epoch.ts";
import type { CheckpointRecord } from "../../src/node/io.ts";
import { endOfEpoch, executeCommit } from "../../src/node/order.ts";
import { currentEpoch, type NodeConfig } from "../../src/node/state.ts";
import { nameTransaction } from "../../src/node/submit.ts";
import { CONSENSUS_LIMITS } from "../../src/protocol/limits.ts";
import { MemoryConsensus } from "../../src/storage/memory-consensus.ts";
import { MemoryLedger } from "../../src/storage/memory-ledger.ts";
import type { SignedTransaction } from "../../src/types/transaction.ts";
import { digestFrom, genesisModel } from "../ledger/fixtures.ts";
import { foundNetwork, type NetworkOptions, VALIDATORS, validatorSettings } from "./network.ts";

const START_MS = 1_700_000_000_000;
const CONFIG: NodeConfig = { peer: "", identity: undefined, limits: CONSENSUS_LIMITS };

/** A chain and its storage in memory. */
export class ChainWorld {
  readonly stores: Stores = {
    ledger: new MemoryLedger(),
    consensus: new MemoryConsensus(),
    close: () => undefined,
  };
  readonly genesis: CheckpointRecord;
  readonly storage: NodeStorage;
  private readonly chain: Chain;
  private epoch: Epoch;
  private commits = 0;

  constructor(options: NetworkOptions = {}) {
    const ports = Array.from({ length: VALIDATORS }, (_, index) => 8_000 + index);
    const models = [genesisModel("prose"), genesisModel("code"), genesisModel("binary")];
    const found = { models, startMs: START_MS, ...options };
    const blob = foundNetwork(validatorSettings("/nowhere", ports), found);
    this.genesis = genesisRecord(blob);
    this.stores.ledger.write(genesisBatch(this.genesis, firstEpoch(this.genesis, blob.committee)));
    this.storage = new NodeStorage(this.stores);
    const { bundle, digest, liveSet } = this.genesis;
    const tip = { summary: bundle.summary, digest, liveSet: LiveSet.fromBytes(liveSet) };
    this.chain = new Chain(this.storage.reader, tip);
    this.epoch = new Epoch(currentEpoch(CONFIG, this.chain), NO_PROGRESS);
  }

  /** Executes transactions in one commit and writes its checkpoint. */
  commit(...transactions: readonly SignedTransaction[]): CheckpointRecord {
    const payloads = transactions.map((one) => ({
      author: 0,
      payload: nameTransaction(one),
      sizeBytes: 300,
    }));
    return this.close(payloads);
  }

  /** Ends the epoch, and writes the checkpoint that does. */
  endEpoch(): CheckpointRecord {
    const { number: epoch, committee } = this.epoch.setting;
    const record = this.close(
      committee.members.map((_, author) => ({
        author,
        payload: { kind: "EndOfPublish", epoch },
        sizeBytes: 9,
      })),
    );
    this.epoch = new Epoch(currentEpoch(CONFIG, this.chain), NO_PROGRESS);
    return record;
  }

  private close(payloads: Parameters<typeof executeCommit>[2]["payloads"]): CheckpointRecord {
    const index = ++this.commits;
    const timestampMs = BigInt(START_MS + 1_000 * index);
    const digest = digestFrom(`commit ${index}`);
    executeCommit(this.chain, this.epoch, { index, round: index, digest, timestampMs, payloads });
    const end = this.epoch.closed ? endOfEpoch(this.chain) : undefined;
    this.chain.close(timestampMs, end, this.epoch.progress);
    const { number: epoch } = this.epoch.setting;
    const record = this.chain.certify({ epoch, signature: new Uint8Array(48), signers: [0, 1, 2] });
    this.storage.writeCheckpoint(record);
    this.chain.settle(record);
    return record;
  }
}
