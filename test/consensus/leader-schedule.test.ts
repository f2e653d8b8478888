/**
 * The draw of leaders: by power, without repetition, the same for everybody.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { LeaderSchedule } from "../../src/consensus/leader-schedule.ts";
import { CONSENSUS_LIMITS } from "../../src/protocol/limits.ts";
import { limitsWith, testCommittee } from "./fixtures.ts";

function count(schedule: LeaderSchedule, rounds: number, authorities: number): number[] {
  const counts = Array.from({ length: authorities }, () => 0);
  for (let round = 1; round <= rounds; round++) counts[schedule.leaders(round)[0]!]!++;
  return counts;
}

describe("the leader schedule", () => {
  test("has two leaders in a round, one in a committee of fewer than seven", () => {
    expect(new LeaderSchedule(testCommittee(7), CONSENSUS_LIMITS).perRound).toBe(2);
    expect(new LeaderSchedule(testCommittee(6), CONSENSUS_LIMITS).perRound).toBe(1);
    expect(new LeaderSchedule(testCommittee(1), CONSENSUS_LIMITS).perRound).toBe(1);
  });

  test("never has more leaders than authorities", () => {
    const limits = limitsWith({ leadersPerRound: 5, manyLeadersCommitteeMin: 3 });
    const leaders = new LeaderSchedule(testCommittee(3), limits).leaders(9);
    expect(leaders.toSorted((left, right) => left - right)).toEqual([0, 1, 2]);
  });

  test("names different leaders in one round", () => {
    const schedule = new LeaderSchedule(testCommittee(7), CONSENSUS_LIMITS);
    for (let round = 1; round < 200; round++) {
      const [first, second] = schedule.leaders(round);
      expect(first).not.toBe(second);
    }
  });

  test("is the same for everybody and whatever was asked before", () => {
    const [left, right] = [0, 1].map(() => new LeaderSchedule(testCommittee(7), CONSENSUS_LIMITS));
    for (let round = 2_000; round > 0; round -= 7) left!.leaders(round);
    for (let round = 1; round < 100; round++) {
      expect(right!.leaders(round)).toEqual(left!.leaders(round));
    }
  });

  test("draws by voting power", () => {
    const committee = testCommittee(4, [7_000, 1_000, 1_000, 1_000]);
    const counts = count(new LeaderSchedule(committee, CONSENSUS_LIMITS), 2_000, 4);
    expect(counts[0]).toBeGreaterThan(1_300);
    expect(counts[0]).toBeLessThan(1_500);
    for (const few of counts.slice(1)) expect(few).toBeGreaterThan(120);
  });

  test("has the best lead for those far behind, from the round after the ranking on", () => {
    const committee = testCommittee(4);
    const plain = new LeaderSchedule(committee, CONSENSUS_LIMITS);
    const ranked = new LeaderSchedule(committee, CONSENSUS_LIMITS);
    ranked.rank({ points: [], ranking: [90, 300, 250, 260], ranking_before: [], ranked_round: 50 });
    for (let round = 1; round < 200; round++) {
      const [drawn] = plain.leaders(round);
      const isSwapped = round > 50 && drawn === 0;
      expect(ranked.leaders(round)).toEqual([isSwapped ? 1 : drawn!]);
    }
  });

  test("still names different leaders in one round when some are replaced", () => {
    const schedule = new LeaderSchedule(testCommittee(7), CONSENSUS_LIMITS);
    const ranking = [0, 0, 300, 299, 200, 200, 200];
    schedule.rank({ points: [], ranking, ranking_before: [], ranked_round: 0 });
    for (let round = 1; round < 200; round++) {
      const leaders = schedule.leaders(round);
      expect(new Set(leaders).size).toBe(2);
    }
    const counts = count(schedule, 400, 7);
    expect([counts[0], counts[1]]).toEqual([0, 0]);
  });

  test("the draw does not change by accident", () => {
    const schedule = new LeaderSchedule(testCommittee(7), CONSENSUS_LIMITS);
    const leaders = [1, 2, 3, 4, 5].map((round) => schedule.leaders(round));
    // Computed apart from this code, from the formula.
    expect(leaders).toEqual([
      [5, 0],
      [3, 4],
      [5, 3],
      [6, 1],
      [1, 4],
    ]);
  });
});
