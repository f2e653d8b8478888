/**
 * Pools under random deposits, withdrawals, slashes and epoch changes: money is conserved, nobody's
 * claim exceeds what is there, and the last one out leaves nothing behind.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import {
  activatePool,
  addStake,
  deactivatePool,
  depositRewards,
  emptyPool,
  growStake,
  heldBalance,
  isDesertedPool,
  slashPool,
  turnPool,
  withdrawStake,
  workingStakes,
} from "../../../src/ledger/economy/pool.ts";
import type { ObjectId } from "../../../src/types/address.ts";
import type { Pool } from "../../../src/types/stake-entry.ts";
import type { StakedSoma } from "../../../src/types/stake.ts";
import { account } from "../fixtures.ts";

const VALIDATOR = { kind: "Validator", address: account("v0") } as const;
const MODEL = { kind: "Model", model_id: account("m") as string as ObjectId } as const;
const POOL_ID = account("pool") as string as ObjectId;

/** A pool with everybody's receipts, and the money that went in and out. */
class Bank {
  pool: Pool;
  epoch = 1n;
  readonly receipts: StakedSoma[] = [];
  balance = 0n;

  constructor(owner: Pool["owner"]) {
    this.pool = emptyPool(owner);
  }

  stake(amount: bigint): void {
    if (this.pool.deactivation_epoch !== undefined) return;
    this.pool = addStake(this.pool, amount);
    this.balance += amount;
    const stake_activation_epoch = this.epoch + 1n;
    this.receipts.push({ pool_id: POOL_ID, stake_activation_epoch, principal: amount });
  }

  withdraw(place: number): bigint | undefined {
    const [receipt] = this.receipts.splice(place % Math.max(this.receipts.length, 1), 1);
    if (receipt === undefined) return undefined;
    const { pool, payout } = withdrawStake(this.pool, receipt, this.epoch);
    this.pool = pool;
    this.balance -= payout;
    return payout;
  }

  reward(amount: bigint): void {
    if (workingStakes(this.pool) === 0n || !this.isActive) return;
    this.pool = depositRewards(this.pool, amount);
    this.balance += amount;
  }

  /** Adds to the first receipt, as commissions do just before an epoch change. */
  grow(amount: bigint): void {
    const [receipt] = this.receipts;
    if (receipt === undefined || !this.isActive) return;
    const { pool, principal } = growStake(this.pool, receipt, amount);
    this.pool = pool;
    this.balance += amount;
    this.turn();
    this.receipts[0] = { ...receipt, stake_activation_epoch: this.epoch, principal };
  }

  turn(): void {
    this.epoch++;
    const { activation_epoch, deactivation_epoch } = this.pool;
    const isNew = activation_epoch === undefined && deactivation_epoch === undefined;
    this.pool = turnPool(
      isNew && this.epoch > 3n ? activatePool(this.pool, this.epoch) : this.pool,
      this.epoch,
      30n,
    );
  }

  slash(bps: bigint): void {
    const { pool, payout } = slashPool(this.pool, bps);
    this.pool = pool;
    this.balance -= payout;
  }

  end(): void {
    if (this.pool.deactivation_epoch === undefined)
      this.pool = deactivatePool(this.pool, this.epoch);
  }

  get isActive(): boolean {
    return this.pool.activation_epoch !== undefined && this.pool.deactivation_epoch === undefined;
  }

  check(): void {
    const { pool } = this;
    expect(heldBalance(pool) + pool.pending_stake).toBe(this.balance);
    expect(pool.rewards_pool).toBeLessThanOrEqual(pool.soma_balance);
    expect(workingStakes(pool) + pool.pending_stakes).toBe(BigInt(this.receipts.length));
    const epochs = pool.rates.map((rate) => rate.epoch);
    expect(epochs.every((epoch, place) => place === 0 || epoch > epochs[place - 1]!)).toBe(true);
  }
}

const amount = fc.oneof(fc.constantFrom(1n, 2n, 3n), fc.bigInt(1n, 10n ** 15n));
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("stake"), amount }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("withdraw"), place: fc.nat(50) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("reward"), amount }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("grow"), amount }) },
  { weight: 4, arbitrary: fc.constant({ kind: "turn" }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("slash"), bps: fc.bigInt(0n, 10_000n) }) },
);
type Step = { kind: string; amount?: bigint; place?: number; bps?: bigint };

function take(bank: Bank, { kind, amount: sum = 1n, place = 0, bps = 0n }: Step): void {
  if (kind === "stake") bank.stake(sum);
  if (kind === "withdraw") bank.withdraw(place);
  if (kind === "reward") bank.reward(sum);
  if (kind === "grow") bank.grow(sum);
  if (kind === "turn") bank.turn();
  if (kind === "slash") bank.slash(bps);
  bank.check();
}

describe("pool", () => {
  test("W5 W7 W15 conserves money under any sequence, and empties to the last shannon", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.boolean(),
        fc.boolean(),
        (steps: Step[], isModel, ends) => {
          const bank = new Bank(isModel ? MODEL : VALIDATOR);
          for (const one of steps) take(bank, one);
          if (ends) bank.end();
          while (bank.receipts.length > 0) {
            bank.withdraw(0);
            bank.check();
          }
          expect(bank.balance).toBe(0n);
          bank.turn();
          expect(isDesertedPool(bank.pool)).toBe(true);
          expect(bank.pool.soma_balance).toBe(0n);
        },
      ),
      { numRuns: 400 },
    );
  });

  test("without a slash nobody in a validator's pool loses principal, but for dust", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps: Step[]) => {
        const bank = new Bank(VALIDATOR);
        for (const one of steps) if (one.kind !== "slash" && one.kind !== "grow") take(bank, one);
        while (bank.receipts.length > 0) {
          const [{ principal }] = bank.receipts as [StakedSoma];
          // Tokens are whole, so one of them may be lost, and it is worth what the rate says.
          const { soma_amount: soma = 1n, pool_token_amount: tokens = 1n } =
            bank.pool.rates.at(-1) ?? {};
          const dust = tokens === 0n ? 1n : soma / tokens + 2n;
          expect(bank.withdraw(0)! + dust).toBeGreaterThanOrEqual(principal);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe("stake in a model", () => {
  test("takes no gain out before it worked three full epochs, and its share afterwards", () => {
    const bank = new Bank(MODEL);
    bank.stake(1_000n);
    for (let count = 0; count < 3; count++) bank.turn();
    bank.stake(1_000n);
    bank.turn();
    bank.reward(500n);
    bank.turn();
    bank.turn();
    const young = bank.receipts[1]!;
    expect(young.stake_activation_epoch + 2n).toBe(bank.epoch);
    expect(withdrawStake(bank.pool, young, bank.epoch).payout).toBe(1_000n);
    bank.turn();
    expect(withdrawStake(bank.pool, young, bank.epoch).payout).toBe(1_250n);
  });

  test("W15 rates of epochs that no stake needs are forgotten after thirty", () => {
    const bank = new Bank(VALIDATOR);
    bank.stake(1_000n);
    for (let count = 0; count < 3; count++) bank.turn();
    bank.stake(1n);
    for (let count = 0; count < 100; count++) {
      bank.reward(10n);
      bank.turn();
    }
    expect(bank.pool.rates.length).toBeLessThanOrEqual(33);
    expect(bank.pool.rates.some((rate) => rate.stakes === 1n)).toBe(true);
  });
});
