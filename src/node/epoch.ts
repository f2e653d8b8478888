/**
 * One epoch as a node sees it: its committee, its clock and how it ends. An epoch closes when
 * authorities with a quorum of the voting power have said, in commit order, that they have nothing
 * more to publish; that commit is its last.
 *
 * @module
 */
import type { Ballot } from "../ledger/epoch/upgrade.ts";
import {
  type Committee,
  memberAt,
  QUORUM_POWER,
  VALIDITY_POWER,
  votingPowerOf,
} from "../types/committee.ts";
import { sameVotes, type VersionVote } from "../types/version-vote.ts";
import type { ConsensusProgress, PeerId } from "./io.ts";
import type { ValidatorIdentity } from "./seat.ts";

/** What does not change in an epoch. */
export type EpochSetting = {
  readonly number: bigint;
  readonly committee: Committee;
  /** By authority index. */
  readonly peers: readonly PeerId[];
  /** This node's place in the committee, if it has one. */
  readonly authority: number | undefined;
  /** The keys that it takes that place with. */
  readonly identity: ValidatorIdentity | undefined;
  /** The committee knows this node by keys that it does not hold, so it only follows. */
  readonly lacksKeys: boolean;
  readonly startMs: bigint;
  readonly durationMs: bigint;
  /** The later protocol versions that this node's program supports. */
  readonly versions: readonly VersionVote[];
};

/** An epoch in progress. */
export class Epoch {
  readonly setting: EpochSetting;
  private readonly endOfPublish: Set<number>;
  private readonly votes: Map<number, readonly VersionVote[]>;
  private commitIndex: number;
  private covered: number;
  private asked = false;
  private lastCommitMs: bigint;

  constructor(setting: EpochSetting, progress: ConsensusProgress) {
    this.setting = setting;
    this.endOfPublish = new Set(progress.endOfPublish);
    this.votes = new Map(progress.ballots.map(({ authority, votes }) => [authority, votes]));
    this.commitIndex = progress.commitIndex;
    this.covered = progress.coveredCommit;
    this.lastCommitMs = setting.startMs;
  }

  /** The authority index of a peer, if it is in the committee. */
  authorityOf(peer: PeerId): number | undefined {
    const index = this.setting.peers.indexOf(peer);
    return index < 0 ? undefined : index;
  }

  /** How far the commits of this epoch have been processed. */
  get progress(): ConsensusProgress {
    const endOfPublish = [...this.endOfPublish].sort((left, right) => left - right);
    const coveredCommit = Math.max(this.covered, this.commitIndex);
    const ballots = [...this.votes]
      .sort(([left], [right]) => left - right)
      .map(([authority, votes]) => ({ authority, votes }));
    return { commitIndex: this.commitIndex, coveredCommit, endOfPublish, ballots };
  }

  /** Whether the last commit of the epoch has been processed. */
  get closed(): boolean {
    return votingPowerOf(this.setting.committee, this.endOfPublish) >= QUORUM_POWER;
  }

  /** Whether this validator should say that it has nothing more to publish. */
  get endOfPublishDue(): boolean {
    const { authority, committee, startMs, durationMs } = this.setting;
    if (authority === undefined || this.endOfPublish.has(authority)) return false;
    const power = votingPowerOf(committee, this.endOfPublish);
    const elapsed = this.lastCommitMs >= startMs + durationMs;
    return this.asked || elapsed || power >= VALIDITY_POWER;
  }

  /** What this validator has to say about protocol versions and has not said yet. */
  get versionsDue(): readonly VersionVote[] | undefined {
    const { authority, versions } = this.setting;
    if (authority === undefined) return undefined;
    return sameVotes(this.votes.get(authority) ?? [], versions) ? undefined : versions;
  }

  /** What authorities said about protocol versions, with their powers. */
  get ballots(): readonly Ballot[] {
    const { committee } = this.setting;
    return [...this.votes].map(([authority, votes]) => {
      return { power: memberAt(committee, authority).voting_power, votes };
    });
  }

  /** An operator wants the epoch to end now. */
  requestClose(): void {
    this.asked = true;
  }

  /** Begins the next commit; whether certified checkpoints cover it already. */
  beginCommit(index: number, timestampMs: bigint): boolean {
    this.commitIndex = index;
    this.lastCommitMs = timestampMs;
    return index <= this.covered;
  }

  /** A certified checkpoint that others made contains the transactions of commit `index`. */
  cover(index: number): void {
    this.covered = Math.max(this.covered, index);
  }

  /** Counts what `authority` says about protocol versions; the last word counts. */
  countVersions(authority: number, votes: readonly VersionVote[]): void {
    this.votes.set(authority, votes);
  }

  /** Counts that `authority` has nothing more to publish. */
  countEndOfPublish(authority: number): void {
    this.endOfPublish.add(authority);
  }
}

/** Nothing of an epoch has been processed. */
export const NO_PROGRESS: ConsensusProgress = {
  commitIndex: 0,
  coveredCommit: 0,
  endOfPublish: [],
  ballots: [],
};
