/**
 * The chain of a played network, and what its people hand to it.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { Prng } from "../../src/base/prng.ts";
import { hunterAccount, PAYERS } from "../../src/econ/accounts.ts";
import { Directions } from "../../src/econ/directions.ts";
import { genesisOf, START_MS } from "../../src/econ/genesis.ts";
import { claim, claimsOf, submitTo, untilNextHit } from "../../src/econ/hunters.ts";
import { gasOf, Network } from "../../src/econ/network.ts";
import { payment, paymentTimes } from "../../src/econ/payers.ts";
import { type Plan, planScenario } from "../../src/econ/plan.ts";
import { drawLosses, publish, trainersOf } from "../../src/econ/trainers.ts";
import { openTargets } from "../../src/ledger/readers.ts";
import { readContent } from "../../src/ledger/view.ts";
import { modelEntryId, poolEntryId } from "../../src/types/entry.ts";
import { OPTIONS } from "./options.ts";

const HOUR_MS = 3_600_000n;

function begin(changes: Partial<Plan> = {}) {
  const plan = { ...planScenario("steady", OPTIONS), ...changes };
  const prng = new Prng(plan.seed);
  const network = new Network(genesisOf(plan, prng), plan.seed);
  const trainers = trainersOf(network, plan, prng);
  const hunt = {
    directions: new Directions(plan.dimension),
    skills: new Map(trainers.map(({ model, skill }) => [model, skill])),
    prng,
    hunters: plan.hunters,
    attemptsPerMs: 0.001,
  };
  return { plan, network, trainers, hunt };
}

type Executed = ReturnType<Network["commit"]>;

function statuses(executed: Executed): readonly string[] {
  return executed.map(({ effects: { status } }) =>
    status.kind === "Failure" ? status.error.kind : status.kind,
  );
}

describe("hunters", () => {
  test("fill targets, and are paid two epochs later", () => {
    const { network, hunt } = begin();
    const [target] = openTargets(network);
    const submission = submitTo(hunt, network, target!);
    expect(statuses(network.commit(START_MS + 1n, [submission]))).toEqual(["Success"]);
    expect(claimsOf(network)).toEqual([]);
    for (const hours of [1n, 2n]) network.endEpoch(START_MS + hours * HOUR_MS);
    const [[won] = []] = claimsOf(network);
    expect(won).toEqual({ target: target!.id, claimer: submission.sender });
    const sum = (): bigint =>
      network.coinsOf(submission.sender).reduce((total, { balance }) => total + balance, 0n);
    const before = sum();
    const paid = network.commit(START_MS + 3n * HOUR_MS, [claim(network, won!)]);
    expect(statuses(paid)).toEqual(["Success"]);
    expect(sum()).toBeGreaterThan(before);
    expect(claimsOf(network)).toEqual([]);
  });

  test("hit as often as attempts, open targets and chance say", () => {
    const { network, hunt } = begin({ threshold: 0.5 });
    const open = openTargets(network);
    const draws = Array.from({ length: 2_000 }, () => untilNextHit(hunt, open));
    const mean = draws.reduce((sum, wait) => sum + wait, 0) / draws.length;
    const rate = 3 * 0.001 * 100 * hunt.directions.fitting(0.5);
    expect(mean * rate).toBeGreaterThan(0.9);
    expect(mean * rate).toBeLessThan(1.1);
    expect(untilNextHit(hunt, [])).toBe(Infinity);
    expect(untilNextHit({ ...hunt, attemptsPerMs: 0 }, open)).toBe(Infinity);
  });

  test("choose the model that loses least, and skill decides more often than not", () => {
    const { trainers, hunt } = begin();
    const [best, worst] = [...trainers].sort((left, right) => right.skill - left.skill);
    let wins = 0;
    for (let count = 0; count < 500; count++) {
      const models = [worst!.model, best!.model];
      const skills = new Map([
        [models[0]!, 0],
        [models[1]!, 0.25],
      ]);
      const [low, high] = drawLosses(models, skills, hunt.prng);
      if (high! < low!) wins++;
    }
    // Two units differ by less than a half with probability 7/8.
    expect(wins / 500).toBeGreaterThan(0.8);
    expect(wins / 500).toBeLessThan(0.95);
  });
});

describe("an attacker", () => {
  test.each([
    [10, 1],
    [10, 20],
    [1, 400],
  ])("beside %i trainers has a tenth of the stake in %i models", (trainers, attackers) => {
    const { network, trainers: all } = begin({ trainers, attackers });
    const stakeOf = (isAttacker: boolean): number =>
      all
        .filter((one) => one.isAttacker === isAttacker)
        .map(({ model }) => readContent(network, "Model", modelEntryId(model))!.pool_id)
        .reduce((sum, pool) => {
          return sum + Number(readContent(network, "Pool", poolEntryId(pool))!.soma_balance);
        }, 0);
    expect(all.filter((one) => one.isAttacker)).toHaveLength(attackers);
    expect(stakeOf(true) / (stakeOf(true) + stakeOf(false))).toBeCloseTo(0.1, 6);
  });
});

describe("others", () => {
  test("trainers commit, reveal and are in force with what they revealed", () => {
    const { network, trainers } = begin();
    const inForce = (place: number): bigint | undefined =>
      readContent(network, "Model", modelEntryId(trainers[place]!.model))?.current_from;
    const committed = network.commit(
      START_MS + 1n,
      publish(network, trainers, { epoch: 0, dimension: 16 }),
    );
    expect(statuses(committed)).toEqual(["Success", "Success"]);
    network.endEpoch(START_MS + HOUR_MS);
    const next = publish(network, trainers, { epoch: 1, dimension: 16 });
    const kinds = next.map(({ kind }) => kind.kind).toSorted();
    expect(kinds).toEqual(["CommitModel", "CommitModel", "RevealModel", "RevealModel"]);
    expect(statuses(network.commit(START_MS + HOUR_MS + 1n, next))).not.toContain("Failure");
    expect([0, 4, 5].map(inForce)).toEqual([0n, 0n, 0n]);
    network.endEpoch(START_MS + 2n * HOUR_MS);
    expect([0, 4, 5].map(inForce)).toEqual([2n, 0n, 2n]);
  });

  test("payers pay each other at ascending times", () => {
    const { network, hunt } = begin();
    const times = paymentTimes(hunt.prng, 1_000);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(times.every((time) => time >= 0 && time < 1_000)).toBe(true);
    for (const number of [0, 1]) {
      const paid = payment(network, 10_000_000_000n, number);
      expect(paid.sender).toBe(PAYERS[number]!);
      expect(statuses(network.commit(START_MS + 1n, [paid]))).toEqual(["Success"]);
    }
    // A thousandth of what was paid, and a little for the work.
    expect(network.fees).toBeGreaterThan(2_000_000n);
    expect(network.fees).toBeLessThan(2_010_000n);
  });

  test("what a node would refuse is left out", () => {
    const { network } = begin();
    const stale = payment(network, 10_000_000_000n, 0);
    expect(network.commit(START_MS + 1n, [stale])).toHaveLength(1);
    expect(network.commit(START_MS + 2n, [stale])).toHaveLength(0);
    expect(gasOf(network, hunterAccount(0))).toHaveLength(1);
  });
});
