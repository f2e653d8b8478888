/**
 * Execution of transactions as a validator does it, on a state read fresh from its store: what one
 * costs, that it costs the same however much else there is, and what an epoch change costs.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { encode } from "../../src/bcs/schema.ts";
import { buildChangeEpoch } from "../../src/ledger/epoch/change.ts";
import { composeSystemState } from "../../src/ledger/system-view.ts";
import { NO_PROGRESS } from "../../src/node/epoch.ts";
import { toDigest } from "../../src/types/address.ts";
import { systemState } from "../../src/types/system-state.ts";
import { type SignedTransaction, systemTransaction } from "../../src/types/transaction.ts";
import { DAY_MS, START_MS } from "../ledger/fixtures.ts";
import type { Bench, Measure } from "./frame.ts";
import { BenchState, type Size } from "./ledger-state.ts";

type Offer = (state: BenchState) => readonly SignedTransaction[];

const SMALL = 16;
const FULL = 2_048;
const COINS = 2_000;
/** So many submissions are measured as one: an epoch has thousands where there are many models. */
const TARGETS = 2_000;
/** Until the runtime has compiled what is measured. */
const WARM_ROUNDS = 8;

const context = {
  epoch: 0n,
  commitTimestampMs: START_MS,
  commitDigest: toDigest("c".repeat(64)),
};

// Processor time of this process: figures are per core, whatever else the machine does.
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

function executing(size: Size, offer: Offer, isClosed = false): () => Measure {
  return () => {
    const state = new BenchState(size);
    const transactions = offer(state);
    const sample = (): number => {
      const chain = state.chain();
      const startMs = cpuMs();
      for (const transaction of transactions) chain.execute(transaction, context);
      if (isClosed) chain.close(START_MS + 300n, undefined, NO_PROGRESS);
      return transactions.length / ((cpuMs() - startMs) / 1_000);
    };
    for (let round = 0; round < WARM_ROUNDS; round++) sample();
    return { sample };
  };
}

function changingEpoch(size: Size): () => Measure {
  return () => {
    const state = new BenchState(size);
    const lastCommit = context.commitDigest;
    const end = { timestampMs: START_MS + DAY_MS, fees: 0n, lastCommit };
    const sample = (): number => {
      const chain = state.chain();
      const startMs = cpuMs();
      // The targets of the first epoch expire at its end and are swept at the next.
      chain.execute(systemTransaction(buildChangeEpoch(chain, end)), context);
      const middleMs = cpuMs();
      chain.execute(systemTransaction(buildChangeEpoch(chain, end)), { ...context, epoch: 1n });
      return Math.max(middleMs - startMs, cpuMs() - middleMs);
    };
    return { sample };
  };
}

function composing(size: Size, isEncoded: boolean): () => Measure {
  return () => {
    const state = new BenchState(size);
    const sample = (): number => {
      const chain = state.chain();
      const startMs = cpuMs();
      const view = composeSystemState(chain);
      if (isEncoded) encode(systemState, view);
      return cpuMs() - startMs;
    };
    return { sample };
  };
}

/** The most memory that a process with so many coins in its database has while it works. */
function holding(coins: number): () => Measure {
  return () => {
    const sample = (): number => {
      const directory = mkdtempSync(join(tmpdir(), "soma-coins-"));
      const script = join(import.meta.dir, "million-coins.ts");
      const child = Bun.spawnSync([process.execPath, script, directory, String(coins)]);
      rmSync(directory, { recursive: true });
      return Number(child.stdout.toString());
    };
    return { sample };
  };
}

const transfers: Offer = (state) => state.transfers();
const submissions: Offer = (state) => state.submissions();
const few = { models: 10, dimension: SMALL, coins: COINS, targets: TARGETS };
const many = { models: 10_000, dimension: SMALL, coins: COINS, targets: TARGETS };
const busy = { validators: 100, models: 1_000, dimension: FULL, coins: 1, stakes: 10_000 };

/** Ledger benches. */
export const benches: readonly Bench[] = [
  { name: "transfers, 10 models", unit: "tx/s", setup: executing(few, transfers) },
  { name: "transfers, 10,000 models", unit: "tx/s", setup: executing(many, transfers) },
  { name: "transfers, checkpoint closed", unit: "tx/s", setup: executing(few, transfers, true) },
  { name: "SubmitData, 10 models", unit: "tx/s", setup: executing(few, submissions) },
  { name: "SubmitData, 10,000 models", unit: "tx/s", setup: executing(many, submissions) },
  {
    name: "SubmitData, dimension 2,048",
    unit: "tx/s",
    setup: executing({ ...few, dimension: FULL }, submissions),
  },
  {
    name: "epoch change, 100 validators, 1,000 models, 10,000 stakes, 5,000 targets",
    unit: "ms",
    setup: changingEpoch({ ...busy, targets: 5_000 }),
    samples: 5,
  },
  {
    name: "system state composed, 400 models of dimension 2,048",
    unit: "ms",
    setup: composing({ models: 400, dimension: FULL, coins: 1 }, false),
  },
  {
    name: "system state composed and encoded, 400 models",
    unit: "ms",
    setup: composing({ models: 400, dimension: FULL, coins: 1 }, true),
  },
  {
    name: "memory of a node with 1,000,000 coins",
    unit: "MiB",
    setup: holding(1_000_000),
    samples: 1,
  },
];
