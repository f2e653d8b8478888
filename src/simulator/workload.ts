/**
 * Clients in the simulated world: accounts that send coins to each other through one node, one
 * transaction at a time each. What a client was told is final must be in the chain for ever.
 *
 * @module
 */
import type { ExecuteOutcome } from "../node/io.ts";
import type { Digest } from "../types/address.ts";
import { stateDigest, type StateObject } from "../types/entry.ts";
import type { ObjectRef } from "../types/object.ts";
import { type SignedTransaction, signingDigest } from "../types/transaction.ts";
import { simUserSign } from "./crypto.ts";
import type { SimAccount } from "./setup.ts";
import type { World } from "./world.ts";

const PAUSE_MAX_MS = 400;
const AMOUNT_SHANNONS = 1_000_000n;

/** Counts of what clients saw. */
export type WorkloadReport = {
  sent: number;
  executed: number;
  refused: Record<string, number>;
  readonly latenciesMs: number[];
  /** Digests of transactions that a client was told are final. */
  readonly final: Digest[];
};

/** Lets every account send through node `door` until `untilMs`. */
export function startWorkload(
  world: World,
  accounts: readonly SimAccount[],
  door: number,
  untilMs: number,
): WorkloadReport {
  const report: WorkloadReport = { sent: 0, executed: 0, refused: {}, latenciesMs: [], final: [] };
  for (const account of accounts) {
    const next = (): void => {
      if (world.nowMs < untilMs) world.after(world.prng.below(PAUSE_MAX_MS), send);
    };
    const send = (): void => {
      const transaction = transferOf(world, account, accounts, door);
      if (transaction === undefined) return next();
      const sentMs = world.nowMs;
      report.sent++;
      world.execute(door, transaction, (outcome) => {
        count(report, outcome, world.nowMs - sentMs);
        next();
      });
    };
    next();
  }
  return report;
}

function count(report: WorkloadReport, outcome: ExecuteOutcome, latencyMs: number): void {
  if (outcome.kind === "Refused") {
    const { reason } = outcome.refusal;
    report.refused[reason] = (report.refused[reason] ?? 0) + 1;
    return;
  }
  report.executed++;
  report.latenciesMs.push(latencyMs);
  report.final.push(outcome.executed.digest);
}

function transferOf(
  world: World,
  account: SimAccount,
  accounts: readonly SimAccount[],
  door: number,
): SignedTransaction | undefined {
  const coins = [...world.nodes[door]!.disk.liveObjects()].filter((object) =>
    isCoinOf(object, account),
  );
  if (coins.length === 0) return undefined;
  const coin = refOf(world.prng.pick(coins));
  const recipient = world.prng.pick(accounts).address;
  const data = {
    kind: { kind: "TransferCoin", coin, amount: AMOUNT_SHANNONS, recipient },
    sender: account.address,
    gas_payment: [coin],
  } as const;
  return { data, signatures: [simUserSign(account.publicKey, signingDigest(data))] };
}

function isCoinOf(object: StateObject, account: SimAccount): boolean {
  const { owner, content } = object;
  return (
    content.kind === "Coin" &&
    content.balance > AMOUNT_SHANNONS * 100n &&
    owner.kind === "AddressOwner" &&
    owner.address === account.address
  );
}

function refOf(object: StateObject): ObjectRef {
  return { object_id: object.id, version: object.version, digest: stateDigest(object) };
}
