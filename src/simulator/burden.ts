/**
 * What a committee has to bear, drawn before a run begins: all faults together may hit less than a
 * third of the power with what only a third may do, in the smallest committee that there will be.
 * Traitors come first; the rest is shared by validators that lose their memory or their seat, and
 * by those that leave, after which the others can bear less.
 *
 * @module
 */
import type { Prng } from "../base/prng.ts";
import type { FaultName } from "./faults/names.ts";
import type { SimNode } from "./sim-node.ts";

/** Who may be hit by what a committee bears only from a few. */
export type Burden<T = SimNode> = {
  /** Honest validators that may lose their disk, or be without a seat for a while. */
  readonly weak: readonly T[];
  /** Honest validators that may leave, in the order in which they do. */
  readonly leavers: readonly T[];
};

/** Validators that leave in one run. */
const LEAVERS_MAX = 2;

const WEAKENING: ReadonlySet<FaultName> = new Set(["wipe", "rekey"]);

/** Draws whom `faults` may hit of validators of equal power, some of which are traitors. */
export function drawBurden<T>(
  validators: readonly T[],
  traitors: readonly T[],
  faults: readonly FaultName[],
  prng: Prng,
): Burden<T> {
  const roomAfter = (left: number): number =>
    traitorsMax(validators.length - left) - traitors.length;
  const others = shuffle(
    validators.filter((node) => !traitors.includes(node)),
    prng,
  );
  const leaversMax = faults.includes("retire") ? countLeavers(roomAfter) : 0;
  const isWeak = faults.some((name) => WEAKENING.has(name));
  const leaverCount = isWeak ? prng.below(leaversMax + 1) : leaversMax;
  const room = roomAfter(leaverCount);
  const weak = others.splice(0, isWeak && room > 0 ? 1 + prng.below(room) : 0);
  return { weak, leavers: others.slice(0, leaverCount) };
}

/** How many of so many validators of equal power have less than a third of it together. */
export function traitorsMax(validators: number): number {
  return Math.floor((validators - 1) / 3);
}

function countLeavers(roomAfter: (left: number) => number): number {
  let count = 0;
  while (count < LEAVERS_MAX && roomAfter(count + 1) >= 0) count++;
  return count;
}

function shuffle<T>(values: readonly T[], prng: Prng): T[] {
  const rest = [...values];
  return values.map(() => rest.splice(prng.below(rest.length), 1)[0]!);
}
