/**
 * A piece of data in the competition: which open targets it can win now, and sending it to the best
 * of them until one takes it. What models made of the data is kept, so that looking again, after
 * somebody else was faster or an epoch ended, costs nothing.
 *
 *     open targets → models not seen yet → evaluations → verdicts → best first
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Evaluation } from "../model/compete.ts";
import type { ObjectId } from "../types/address.ts";
import type { ScoringEngine } from "./engine.ts";
import {
  compareVerdicts,
  type Competitor,
  evaluateModels,
  isWinning,
  type JudgedTarget,
  judgeTarget,
  type TargetVerdict,
} from "./judge.ts";
import type { SupplyWatch } from "./supply.ts";

/** Where targets and models come from: a network, as its clients see it. */
export type Arena = {
  readonly openTargets: () => Promise<readonly JudgedTarget[]>;
  /** Those of `ids` that can be fetched at all. */
  readonly modelSources: (ids: readonly ObjectId[]) => Promise<ReadonlyMap<ObjectId, Competitor>>;
};

/** How the data does at the targets that were open at one moment. */
export type Contest = {
  /** Targets that were looked at. */
  readonly targetCount: number;
  /** Targets that the data fills, the best first. */
  readonly winning: readonly TargetVerdict[];
  /** The target that the data comes nearest to filling. */
  readonly nearest: TargetVerdict | undefined;
  /** Models that could not be evaluated, and why; targets that list one are left out. */
  readonly unscored: ReadonlyMap<ObjectId, SomaError>;
};

/** What became of an attempt: the target took the data, or somebody else filled it before. */
export type Attempt<T> = { readonly kind: "Sent"; readonly sent: T } | { readonly kind: "Taken" };

/** The end of a submission. */
export type Entry<T> =
  | { readonly kind: "Sent"; readonly verdict: TargetVerdict; readonly sent: T }
  /** No open target takes the data, as the last look at them showed. */
  | { readonly kind: "NoTarget"; readonly contest: Contest };

/** Looks at the open targets, each time after every target that was open was taken. */
const ROUNDS_MAX = 4;
/** Attempts of one round: the state may have changed when so many were taken. */
const ATTEMPTS_MAX = 8;

/** Data that competes. */
export class Contender {
  readonly data: Uint8Array;
  private readonly engine: Pick<ScoringEngine, "score">;
  private readonly arena: Arena;
  private readonly evaluations = new Map<ObjectId, Evaluation | SomaError>();

  constructor(engine: Pick<ScoringEngine, "score">, arena: Arena, data: Uint8Array) {
    this.engine = engine;
    this.arena = arena;
    this.data = data;
  }

  /** How the data does at the targets that are open now. */
  async compete(watch: SupplyWatch = {}): Promise<Contest> {
    const targets = await this.arena.openTargets();
    await this.evaluate(
      targets.flatMap((target) => target.modelIds),
      watch,
    );
    const verdicts: TargetVerdict[] = [];
    for (const target of targets) {
      const verdict = judgeTarget(target, this.evaluations);
      if (verdict !== undefined) verdicts.push(verdict);
    }
    return {
      targetCount: targets.length,
      winning: verdicts.filter(isWinning).sort(compareVerdicts),
      nearest: nearestOf(verdicts),
      unscored: this.unscored(),
    };
  }

  /** Sends the data to the best target that takes it; `contest` is the last look at them. */
  async enter<T>(
    contest: Contest,
    attempt: (verdict: TargetVerdict) => Promise<Attempt<T>>,
    watch: SupplyWatch = {},
  ): Promise<Entry<T>> {
    let current = contest;
    for (let round = 1; ; round++) {
      for (const verdict of current.winning.slice(0, ATTEMPTS_MAX)) {
        const outcome = await attempt(verdict);
        if (outcome.kind === "Sent") return { ...outcome, verdict };
      }
      if (current.winning.length === 0 || round === ROUNDS_MAX) break;
      current = await this.compete(watch);
    }
    return { kind: "NoTarget", contest: current };
  }

  private async evaluate(ids: readonly ObjectId[], watch: SupplyWatch): Promise<void> {
    const unseen = [...new Set(ids)].filter((id) => !this.evaluations.has(id));
    if (unseen.length === 0) return;
    const sources = await this.arena.modelSources(unseen);
    const found = await evaluateModels(this.engine, this.data, sources, watch);
    for (const id of unseen) this.evaluations.set(id, found.get(id) ?? withoutWeights());
  }

  private unscored(): ReadonlyMap<ObjectId, SomaError> {
    const unscored = new Map<ObjectId, SomaError>();
    for (const [id, evaluation] of this.evaluations) {
      if (evaluation instanceof SomaError) unscored.set(id, evaluation);
    }
    return unscored;
  }
}

function nearestOf(verdicts: readonly TargetVerdict[]): TargetVerdict | undefined {
  const missing = ({ target, distance }: TargetVerdict): number => distance - target.threshold;
  return verdicts.reduce<TargetVerdict | undefined>(
    (best, verdict) => (best === undefined || missing(verdict) < missing(best) ? verdict : best),
    undefined,
  );
}

function withoutWeights(): SomaError {
  return new SomaError("weights_unknown", "the network shows no weights of this model");
}
