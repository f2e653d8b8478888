/**
 * What is played: the size of a network, what its people do, and the scenarios, each of which puts
 * one question to the economy.
 *
 * @module
 */
import { thresholdBounds } from "../ledger/float.ts";

/** What can be chosen. */
export type EconOptions = {
  readonly seed: number;
  readonly epochs: number;
  readonly epochMinutes: number;
  readonly validators: number;
  /** Owners of one model each, besides an attacker's. */
  readonly trainers: number;
  readonly hunters: number;
  /** Pieces of data that one hunter tries in an epoch. */
  readonly attempts: number;
  /** Values of an embedding. */
  readonly dimension: number;
  /** Shannons that people send to each other in an epoch. */
  readonly payments: bigint;
  /** Models among which the attacker of `split` divides his stake. */
  readonly models: number;
  /** The threshold of the first epoch; that of the scenario or the protocol when absent. */
  readonly threshold: number | undefined;
};

/** What is played, with what its scenario adds. */
export type Plan = EconOptions & {
  /** Models of the attacker, who has a tenth of all stake in models; 0 when there is none. */
  readonly attackers: number;
  /** The first epoch after the change, and what is different from then on. */
  readonly change: Change | undefined;
};

/** What is different from some epoch on. */
export type Change = {
  readonly epoch: number;
  readonly hunters: number;
  readonly payments: bigint;
};

/** A scenario: what it asks, in words, and how. */
export type Scenario = {
  readonly summary: string;
  readonly plan: (options: EconOptions) => Partial<Plan>;
};

/** The factor by which hunters come and go. */
const HUNTERS_FACTOR = 10;
/** The factor by which payments fall: the fee rate moves by an eighth an epoch at most. */
const PAYMENTS_FACTOR = 4n;

/** The names of all scenarios. */
export const SCENARIO_NAMES = ["steady", "hard", "easy", "rush", "slump", "fees", "split"] as const;

/** The name of a scenario. */
export type ScenarioName = (typeof SCENARIO_NAMES)[number];

/** All scenarios by name. */
export const SCENARIOS: Readonly<Record<ScenarioName, Scenario>> = {
  steady: {
    summary: "nothing changes",
    plan: () => ({}),
  },
  hard: {
    summary: "targets begin as hard as they can be",
    plan: ({ dimension }) => ({ threshold: thresholdBounds(BigInt(dimension)).min }),
  },
  easy: {
    summary: "targets begin as easy as they can be",
    plan: ({ dimension }) => ({ threshold: thresholdBounds(BigInt(dimension)).max }),
  },
  rush: {
    summary: "half-way hunters become ten times as many",
    plan: (options) => ({
      change: { ...halfWay(options), hunters: options.hunters * HUNTERS_FACTOR },
    }),
  },
  slump: {
    summary: "half-way only one hunter in ten is left",
    plan: (options) => ({
      hunters: options.hunters * HUNTERS_FACTOR,
      change: halfWay(options),
    }),
  },
  fees: {
    summary: "half-way payments fall to a quarter",
    plan: (options) => ({
      change: { ...halfWay(options), payments: options.payments / PAYMENTS_FACTOR },
    }),
  },
  split: {
    summary: "an attacker splits a tenth of the stake in models among many models",
    plan: ({ models }) => ({ attackers: models }),
  },
};

/** Puts a scenario and what was chosen together; a chosen threshold comes first. */
export function planScenario(name: ScenarioName, options: EconOptions): Plan {
  const added = SCENARIOS[name].plan(options);
  const threshold = options.threshold ?? added.threshold;
  return { attackers: 0, change: undefined, ...options, ...added, threshold };
}

/** Who hunts in an epoch and what is paid. */
export function activityAt(plan: Plan, epoch: number): Pick<Change, "hunters" | "payments"> {
  return plan.change !== undefined && epoch >= plan.change.epoch ? plan.change : plan;
}

function halfWay({ epochs, hunters, payments }: EconOptions): Change {
  return { epoch: Math.floor(epochs / 2), hunters, payments };
}
