/**
 * The state of one instance of consensus: its parts, each with an invariant of its own, and the few
 * facts that tie them together. Only `step` changes it.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { genesisBlock, type SignedBlock } from "../types/block.ts";
import { Amnesia, type Claim } from "./amnesia.ts";
import { Ancestry } from "./ancestors.ts";
import { BlockManager } from "./block-manager.ts";
import { CatchUp } from "./catch-up.ts";
import { CommitSync } from "./commit-sync.ts";
import { CommitVotes } from "./commit-votes.ts";
import { Dag } from "./dag.ts";
import { EarlyBlocks } from "./early-blocks.ts";
import { EvidenceBook } from "./evidence.ts";
import { Fetcher } from "./fetch.ts";
import type { ConsensusConfig } from "./io.ts";
import { LeaderSchedule } from "./leader-schedule.ts";
import { type CommittedSubDag, type CommitTip, epochTip } from "./linearize.ts";
import { Pace } from "./pace.ts";
import { Propagation } from "./propagation.ts";
import { Reputations } from "./reputation.ts";
import { Requests } from "./requests.ts";
import { Sequencer } from "./sequence.ts";
import { ThresholdClock } from "./threshold-clock.ts";
import type { BlockRules } from "./verify.ts";

/** One instance of consensus. */
export type Consensus = {
  readonly config: ConsensusConfig;
  readonly rules: BlockRules;
  readonly schedule: LeaderSchedule;
  readonly reputations: Reputations;
  readonly dag: Dag;
  readonly clock: ThresholdClock;
  readonly manager: BlockManager;
  readonly sequencer: Sequencer;
  readonly ancestry: Ancestry;
  readonly propagation: Propagation;
  readonly amnesia: Amnesia;
  readonly votes: CommitVotes;
  readonly evidence: EvidenceBook;
  readonly early: EarlyBlocks;
  readonly pace: Pace;
  readonly requests: Requests;
  readonly fetcher: Fetcher;
  readonly catchUp: CatchUp;
  readonly commitSync: CommitSync;
  /** The last commit. */
  tip: CommitTip;
  /** The own block of the highest round; nothing is ever signed at or below that round again. */
  own: SignedBlock;
  /** When the last own block was made, by the local clock. */
  proposedMs: number;
  /** Accepted blocks with transactions that are neither committed nor collected. */
  openPayloads: number;
  /** Accepted blocks that the host has not been told to persist. */
  unpersisted: SignedBlock[];
  /** Recovered commits that `Start` delivers again. */
  redelivered: readonly CommittedSubDag[];
  /** What the host's timer is set to. */
  timerMs: number | undefined;
};

/** An instance that knows only the genesis blocks. */
export function emptyCore(config: ConsensusConfig): Consensus {
  const { committee, epochStartMs, limits, payload } = config;
  const authorities = committee.members.length;
  assert(config.authority < authorities, "this authority is in the committee");
  const genesis = committee.members.map((_, author) =>
    genesisBlock(committee.epoch, author, epochStartMs),
  );
  return {
    config,
    rules: { committee, epochStartMs, limits, genesis, payload },
    ...orderingParts(config, genesis),
    propagation: new Propagation(committee, config.authority),
    reputations: new Reputations(authorities, limits.scheduleCommits),
    votes: new CommitVotes(committee),
    early: new EarlyBlocks(limits),
    tip: epochTip(epochStartMs),
    own: present(genesis[config.authority], "the own genesis block"),
    proposedMs: 0,
    openPayloads: 0,
    unpersisted: [],
    redelivered: [],
    timerMs: undefined,
  };
}

type OrderingParts = Pick<
  Consensus,
  | "dag"
  | "clock"
  | "schedule"
  | "sequencer"
  | "ancestry"
  | "manager"
  | "pace"
  | "requests"
  | "amnesia"
  | "evidence"
  | "fetcher"
  | "catchUp"
  | "commitSync"
>;

function orderingParts(config: ConsensusConfig, genesis: readonly SignedBlock[]): OrderingParts {
  const { committee, limits } = config;
  const authorities = committee.members.length;
  const dag = new Dag(genesis);
  const clock = new ThresholdClock(committee);
  const pace = new Pace(limits);
  const schedule = new LeaderSchedule(committee, limits);
  const requests = new Requests(authorities, limits.fetchesPerPeerMax);
  const evidence = new EvidenceBook(authorities, limits.evidenceMax);
  // Who has shown different blocks to different peers is not waited for.
  const mayPush = (peer: number): boolean =>
    requests.isConnected(peer) && evidence.count(peer) === 0;
  const waitingMax = limits.suspendedBlocksPerAuthorMax;
  const manager = new BlockManager(dag, authorities, waitingMax, mayPush);
  return {
    dag,
    clock,
    pace,
    schedule,
    sequencer: new Sequencer(dag, committee, schedule),
    ancestry: new Ancestry(dag, committee),
    manager,
    requests,
    evidence,
    amnesia: new Amnesia(committee, config.authority, requests),
    fetcher: new Fetcher(manager, requests, limits),
    catchUp: new CatchUp(committee, { dag, clock, pace, manager, requests }),
    commitSync: new CommitSync(committee, dag, requests, limits),
  };
}

/** What a hello tells `authority`: the highest accepted round of its blocks, and the last own. */
export function claimTo({ dag, own }: Consensus, authority: number): Claim {
  return { ours: dag.lastRound(authority), theirs: own.ref.round };
}
