/**
 * Counting voting power: who supports something, each authority once.
 *
 * @module
 */
import { type Committee, QUORUM_POWER, VALIDITY_POWER } from "../types/committee.ts";

/** The voting power of one authority. */
export function powerOf(committee: Committee, authority: number): number {
  return committee.members[authority]?.voting_power ?? 0;
}

/** A set of authorities and their voting power together. */
export class StakeSet {
  private readonly members: Uint8Array;
  private readonly committee: Committee;
  private sum = 0;

  constructor(committee: Committee) {
    this.committee = committee;
    this.members = new Uint8Array(committee.members.length);
  }

  /** The voting power of the set. */
  get power(): number {
    return this.sum;
  }

  /** Whether the set has 2f+1 of the voting power. */
  get isQuorum(): boolean {
    return this.sum >= QUORUM_POWER;
  }

  /** Adds an authority; one that is in already changes nothing. */
  add(authority: number): void {
    if (this.members[authority] === 1) return;
    this.members[authority] = 1;
    this.sum += powerOf(this.committee, authority);
  }

  /** Whether the authority is in the set. */
  has(authority: number): boolean {
    return this.members[authority] === 1;
  }

  /** Empties the set. */
  clear(): void {
    this.members.fill(0);
    this.sum = 0;
  }
}

/** The highest value that 2f+1 of the voting power has reached; `values` is by authority. */
export function quorumValue(committee: Committee, values: readonly number[]): number {
  return valueReachedBy(committee, values, QUORUM_POWER);
}

/** The highest value that some honest authority has reached: that f+1 claim to have. */
export function validityValue(committee: Committee, values: readonly number[]): number {
  return valueReachedBy(committee, values, VALIDITY_POWER);
}

/** The first timestamp, ascending, at which more than half of the voting power is passed. */
export function medianByStake(
  committee: Committee,
  stamps: readonly { readonly author: number; readonly timestampMs: bigint }[],
): bigint | undefined {
  const ascending = stamps.toSorted((left, right) =>
    left.timestampMs < right.timestampMs ? -1 : left.timestampMs > right.timestampMs ? 1 : 0,
  );
  const total = stamps.reduce((sum, stamp) => sum + powerOf(committee, stamp.author), 0);
  let passed = 0;
  for (const stamp of ascending) {
    passed += powerOf(committee, stamp.author);
    if (2 * passed > total) return stamp.timestampMs;
  }
  return undefined;
}

function valueReachedBy(committee: Committee, values: readonly number[], power: number): number {
  const descending = values
    .map((value, author) => ({ value, author }))
    .sort((left, right) => right.value - left.value);
  let passed = 0;
  for (const { value, author } of descending) {
    passed += powerOf(committee, author);
    if (passed >= power) return value;
  }
  return 0;
}
