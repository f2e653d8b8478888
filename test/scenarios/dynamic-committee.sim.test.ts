/**
 * Stake that comes and goes at random, and the voting power that follows it.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { present } from "../../src/base/assert.ts";
import { Prng } from "../../src/base/prng.ts";
import type { ObjectId } from "../../src/types/address.ts";
import type { TransactionEffects } from "../../src/types/effects.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import type { Validator } from "../../src/types/validator.ts";
import { SOMA } from "../ledger/fixtures.ts";
import { addressOf, createdBy, Scene, statusOf } from "./scene.ts";

const VALIDATORS = 12;
const STAKES = 20;

function powers(scene: Scene): ReadonlyMap<string, number> {
  const { validators } = scene.system.validators;
  return new Map(
    validators.map(({ metadata, voting_power }) => [metadata.soma_address, Number(voting_power)]),
  );
}

// From ten validators on nobody counts with more than a tenth of all stake.
function checkPowers(scene: Scene): void {
  const { validators } = scene.system.validators;
  const held = validators.map(({ staking_pool }) => staking_pool.soma_balance);
  const total = held.reduce((sum, one) => sum + one, 0n);
  const weights = held.map((one) => (one < total / 10n ? one : total / 10n));
  const all = weights.reduce((sum, one) => sum + one, 0n);
  for (const [place, { voting_power }] of validators.entries()) {
    const expected = Number((10_000n * present(weights[place], "a weight")) / all);
    expect(Math.abs(Number(voting_power) - expected)).toBeLessThanOrEqual(1);
  }
}

function poolOf(scene: Scene, name: string): Validator["staking_pool"] {
  const { validators } = scene.system.validators;
  const found = validators.find(({ metadata }) => metadata.soma_address === addressOf(name));
  return present(found, "a validator").staking_pool;
}

type Plan = { readonly name: string; readonly amount: bigint };

/** Parts of `items` in which every name comes once: what they do needs the same coins. */
function wavesOf<T extends { readonly name: string }>(items: readonly T[]): readonly T[][] {
  const waves: T[][] = [];
  for (const item of items) {
    const free = waves.find((wave) => wave.every(({ name }) => name !== item.name));
    if (free === undefined) waves.push([item]);
    else free.push(item);
  }
  return waves;
}

function runAll(
  scene: Scene,
  wave: readonly { readonly name: string; readonly kind: TransactionKind }[],
): readonly TransactionEffects[] {
  const signed = wave.map(({ name, kind }) => scene.sign(name, kind));
  return scene.send(...signed).map((end) => {
    if (end.kind !== "Executed") throw new Error(JSON.stringify(end));
    expect(statusOf(end.executed.effects)).toBe("Success");
    return end.executed.effects;
  });
}

function stakeAll(scene: Scene, plans: readonly Plan[]): readonly { name: string; id: ObjectId }[] {
  return wavesOf(plans).flatMap((wave) => {
    const effects = runAll(
      scene,
      wave.map(({ name, amount }) => {
        const coin_ref = scene.coin(name);
        return { name, kind: { kind: "AddStake", address: addressOf(name), coin_ref, amount } };
      }),
    );
    return wave.map(({ name, amount }, place) => {
      const id = present(createdBy(present(effects[place], "effects"))[0], "a receipt");
      expect(scene.content("StakedSoma", id).principal).toBe(amount);
      return { name, id };
    });
  });
}

// The reference caps a power at 1,000 and splits the excess equally; ours caps the stake that
// counts and gives each its part of the rest.
test("fuzz_dynamic_committee", () => {
  const prng = new Prng(0);
  const scene = new Scene({ validators: VALIDATORS });
  const before = powers(scene);
  const plans = Array.from({ length: STAKES }, () => {
    return { name: `v${prng.below(VALIDATORS)}`, amount: BigInt(500 + prng.below(501)) * SOMA };
  });
  const receipts = stakeAll(scene, plans);
  scene.endEpoch();
  for (const { name, amount } of plans) {
    expect(poolOf(scene, name).pending_stake).toBe(0n);
    expect(poolOf(scene, name).soma_balance).toBeGreaterThanOrEqual(20_000n * SOMA + amount);
  }
  checkPowers(scene);
  for (const wave of wavesOf(receipts)) {
    const kinds = wave.map(({ name, id }) => {
      return { name, kind: { kind: "WithdrawStake", staked_soma: scene.ref(id) } as const };
    });
    runAll(scene, kinds);
  }
  scene.endEpoch();
  for (const { name } of plans) {
    const pool = poolOf(scene, name);
    expect([pool.pending_total_soma_withdraw, pool.pending_pool_token_withdraw]).toEqual([0n, 0n]);
  }
  for (const { id } of receipts) expect(scene.find(id)).toBeUndefined();
  checkPowers(scene);
  for (const [address, power] of powers(scene)) {
    expect(Math.abs(power - present(before.get(address), "its power"))).toBeLessThanOrEqual(2);
  }
});
