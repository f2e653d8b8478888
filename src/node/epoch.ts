/**
 * One epoch as a node sees it: its committee, its clock and how it ends. An epoch closes when
 * authorities with a quorum of the voting power have said, in commit order, that they have nothing
 * more to publish; that commit is its last.
 *
 * @module
 */
import { compareBytes, fromHex, toHex } from "../base/bytes.ts";
import { type Committee, QUORUM_POWER, VALIDITY_POWER, votingPowerOf } from "../types/committee.ts";
import type { ConsensusProgress, PeerId } from "./io.ts";

/** What does not change in an epoch. */
export type EpochSetting = {
  readonly number: bigint;
  readonly committee: Committee;
  /** This node's place in the committee, if it has one. */
  readonly authority: number | undefined;
  readonly startMs: bigint;
  readonly durationMs: bigint;
};

/** An epoch in progress. */
export class Epoch {
  readonly setting: EpochSetting;
  private readonly endOfPublish: Set<number>;
  private commitIndex: number;
  private asked = false;
  private lastCommitMs: bigint;

  constructor(setting: EpochSetting, progress: ConsensusProgress) {
    this.setting = setting;
    this.endOfPublish = new Set(progress.endOfPublish);
    this.commitIndex = progress.commitIndex;
    this.lastCommitMs = setting.startMs;
  }

  /** How far the commits of this epoch have been processed. */
  get progress(): ConsensusProgress {
    const endOfPublish = [...this.endOfPublish].sort((left, right) => left - right);
    return { commitIndex: this.commitIndex, endOfPublish };
  }

  /** The last commit processed. */
  get processedCommit(): number {
    return this.commitIndex;
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

  /** An operator wants the epoch to end now. */
  requestClose(): void {
    this.asked = true;
  }

  /** Begins the next commit. */
  beginCommit(index: number, timestampMs: bigint): void {
    this.commitIndex = index;
    this.lastCommitMs = timestampMs;
  }

  /** Counts that `authority` has nothing more to publish. */
  countEndOfPublish(authority: number): void {
    this.endOfPublish.add(authority);
  }
}

/** The authority whose network key is `peer`. */
export function authorityOfPeer(committee: Committee, peer: PeerId): number | undefined {
  const key = fromHex(peer);
  const index = committee.members.findIndex(
    (member) => compareBytes(member.network_key, key) === 0,
  );
  return index < 0 ? undefined : index;
}

/** The network key of an authority, as a peer id. */
export function peerOfAuthority(committee: Committee, authority: number): PeerId {
  return toHex(committee.members[authority]!.network_key);
}
