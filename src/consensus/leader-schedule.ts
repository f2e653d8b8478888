/**
 * Who leads a round: a draw by voting power without replacement, the same for everybody who knows
 * the committee and the commits so far (PROTOCOL §3). A round has two leaders, or one in a small
 * committee; their slots are decided in the order of the draw. Whoever has earned few points of
 * late is replaced by one of the best. A ranking counts from the round after the commit that made
 * it, so that all leaders of one round come from one ranking.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { readU64le, u64le, utf8 } from "../base/bytes.ts";
import { blake2b256 } from "../crypto/digest.ts";
import type { ConsensusLimits } from "../protocol/limits.ts";
import type { Reputation } from "../types/commit.ts";
import { type Committee, TOTAL_VOTING_POWER } from "../types/committee.ts";
import { NO_RANKS, type Ranks, ranksOf } from "./ranks.ts";
import { powerOf } from "./stake.ts";

const DRAW_DOMAIN = utf8("soma.leader.v1");
const SWAP_DOMAIN = utf8("soma.leader-swap.v1");

const REMEMBERED_ROUNDS_MAX = 512;

/** Who leads which round. */
export type Leaders = {
  /** How many leader slots a round has. */
  readonly perRound: number;
  /** The leaders of `round`, in the order in which their slots are decided. */
  readonly leaders: (round: number) => readonly number[];
};

/** The leaders of every round of one epoch. */
export class LeaderSchedule implements Leaders {
  readonly perRound: number;
  private readonly committee: Committee;
  private readonly badPercentMax: number;
  private before: Ranks = NO_RANKS;
  private ranks: Ranks = NO_RANKS;
  private rankedRound = 0;
  /** A cache of draws, oldest first. */
  private readonly drawn = new Map<number, readonly number[]>();

  constructor(committee: Committee, limits: ConsensusLimits) {
    const size = committee.members.length;
    const { leadersPerRound, manyLeadersCommitteeMin, badLeadersPercentMax } = limits;
    assert(leadersPerRound >= 1, "a round has a leader");
    this.committee = committee;
    this.badPercentMax = badLeadersPercentMax;
    this.perRound = size < manyLeadersCommitteeMin ? 1 : Math.min(leadersPerRound, size);
  }

  /** Authorities whose blocks come late, by the last ranking. */
  get slow(): ReadonlySet<number> {
    return this.ranks.slow;
  }

  /** Draws by the rankings in `reputation` from now on. */
  rank({ ranking, ranking_before: before, ranked_round: round }: Reputation): void {
    this.before = ranksOf(this.committee, before, this.badPercentMax);
    this.ranks = ranksOf(this.committee, ranking, this.badPercentMax);
    this.rankedRound = round;
    this.drawn.clear();
  }

  /** Draws the leaders of `round`, or remembers them. */
  leaders(round: number): readonly number[] {
    const known = this.drawn.get(round);
    if (known !== undefined) return known;
    const leaders = this.replaceBad(round, this.draw(round));
    this.drawn.set(round, leaders);
    if (this.drawn.size > REMEMBERED_ROUNDS_MAX) this.forgetOldest();
    return leaders;
  }

  private draw(round: number): number[] {
    const leaders: number[] = [];
    let remaining = TOTAL_VOTING_POWER;
    for (let offset = 0; offset < this.perRound; offset++) {
      const point = this.drawPoint(round, offset) % BigInt(remaining);
      const leader = this.authorityAt(Number(point), leaders);
      leaders.push(leader);
      remaining -= powerOf(this.committee, leader);
    }
    return leaders;
  }

  private replaceBad(round: number, drawn: readonly number[]): number[] {
    const { good, bad } = round > this.rankedRound ? this.ranks : this.before;
    const leaders = [...drawn];
    for (const [offset, leader] of drawn.entries()) {
      const others = good.filter((one) => !leaders.includes(one));
      if (!bad.has(leader) || others.length === 0) continue;
      const point = this.drawPoint(round, offset, SWAP_DOMAIN) % BigInt(others.length);
      leaders[offset] = others[Number(point)]!;
    }
    return leaders;
  }

  private drawPoint(round: number, offset: number, domain: Uint8Array = DRAW_DOMAIN): bigint {
    const epoch = u64le(this.committee.epoch);
    const place = [u64le(BigInt(round)), u64le(BigInt(offset))];
    return readU64le(blake2b256(domain, epoch, ...place));
  }

  /** The authority in whose share of the power left by `taken` the point falls. */
  private authorityAt(point: number, taken: readonly number[]): number {
    let passed = 0;
    for (const [authority, member] of this.committee.members.entries()) {
      if (taken.includes(authority)) continue;
      passed += member.voting_power;
      if (point < passed) return authority;
    }
    assert(false, "the point is below the remaining power");
  }

  private forgetOldest(): void {
    const [oldest] = this.drawn.keys();
    if (oldest !== undefined) this.drawn.delete(oldest);
  }
}
