/**
 * The state of a node: everything it knows between two steps. A validator runs consensus; a
 * fullnode only follows. Both have the same chain, and either can become the other at an epoch
 * change. It is made anew from durable storage at every start.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { toHex } from "../base/bytes.ts";
import type { ChainTip } from "../checkpoint/build.ts";
import type { Consensus } from "../consensus/core.ts";
import type { RepeatChange } from "../ledger/call.ts";
import { committeeOf } from "../ledger/committee.ts";
import { votesOf } from "../ledger/epoch/upgrade.ts";
import { readContent } from "../ledger/view.ts";
import { type ConsensusLimits, NODE_LIMITS } from "../protocol/limits.ts";
import {
  PROTOCOL_VERSIONS,
  type ProtocolVersions,
  requireParameters,
} from "../protocol/versions.ts";
import type { SignedBlock } from "../types/block.ts";
import type { Commit } from "../types/commit.ts";
import type { Committee } from "../types/committee.ts";
import { EPOCH_STATE_ID, PARAMETERS_ID } from "../types/entry.ts";
import { Budgets } from "./budgets.ts";
import { Certifier } from "./certifier.ts";
import { Chain } from "./chain.ts";
import { Epoch, type EpochSetting, NO_PROGRESS } from "./epoch.ts";
import { Followers } from "./followers.ts";
import type { CheckpointRecord, ConsensusProgress, NodeReader, PeerId } from "./io.ts";
import { Mempool } from "./mempool.ts";
import { Requests } from "./requests.ts";
import { Reservations } from "./reservations.ts";
import { findSeat, type HeldKeys, isNamed, type ValidatorIdentity } from "./seat.ts";

/** What a node is given. */
export type NodeConfig = {
  /** The network key that it begins with. */
  readonly peer: PeerId;
  readonly identity: ValidatorIdentity | undefined;
  /** All keys that it holds when an epoch begins; those above when absent. */
  readonly keys?: () => HeldKeys;
  readonly limits: ConsensusLimits;
  /** Peers that it may follow besides the validators that its chain knows. */
  readonly seeds?: readonly PeerId[];
  /** The protocol versions it can run; those of this program when absent. */
  readonly versions?: ProtocolVersions;
  /** How it makes an epoch change once more that met a fault; in this thread when absent. */
  readonly repeat?: RepeatChange;
  /** What former runs left of an epoch that this one enters; nothing when absent. */
  readonly former?: (committee: Committee) => FormerConsensus;
};

/** Consensus of one epoch, as former runs of a node left it on disk. */
export type FormerConsensus = {
  readonly blocks: readonly SignedBlock[];
  readonly commits: readonly Commit[];
  /** As `PersistMemory` said in that epoch, if it did last in that one. */
  readonly skippedRound: number | undefined;
  /** They were in it, and what they left has been deleted: nothing can be signed in it any more. */
  readonly isGone?: boolean;
};

/** What a node finds in its storage when it starts; consensus is of the epoch after the tip. */
export type Recovered = FormerConsensus & {
  /** The last certified checkpoint. */
  readonly tip: ChainTip;
  readonly progress: ConsensusProgress;
};

/** A node between two steps. */
export type Node = {
  readonly config: NodeConfig;
  readonly reader: NodeReader;
  readonly chain: Chain;
  readonly mempool: Mempool;
  readonly reservations: Reservations;
  readonly requests: Requests;
  readonly followers: Followers;
  readonly budgets: Budgets;
  readonly connected: Set<PeerId>;
  /** Records ordered to be persisted in the last step: storage has them in the next. */
  readonly unsettled: CheckpointRecord[];
  epoch: Epoch;
  certifier: Certifier;
  consensus: Consensus | undefined;
  /** The first epoch in which this node has certainly signed nothing that it does not know of. */
  certainFrom: bigint | undefined;
  /** When this run began. */
  startedMs: number;
  /** The peer whose checkpoints this node follows, and when the last one came. */
  upstream: { readonly peer: PeerId; heardMs: number } | undefined;
  /** When a peer was last seen in a later epoch. */
  behindMs: number;
  nowMs: number;
  consensusTimerMs: number | undefined;
  resendMs: number;
  /** What the driver was last told. */
  timerMs: number | undefined;
};

/** A node as its storage left it; it does nothing before `Start`. */
export function createNode(config: NodeConfig, reader: NodeReader, recovered: Recovered): Node {
  const { versions, repeat } = config;
  const program = { ...(versions && { versions }), ...(repeat && { repeat }) };
  const chain = new Chain(reader, recovered.tip, program);
  const setting = currentEpoch(config, chain);
  const fresh = recovered.tip.summary.end_of_epoch_data !== undefined;
  return {
    config,
    reader,
    chain,
    mempool: new Mempool(NODE_LIMITS.proposeAgainMs),
    reservations: new Reservations(NODE_LIMITS.reservationMs),
    requests: new Requests(),
    followers: new Followers(reader),
    budgets: new Budgets(),
    connected: new Set(),
    unsettled: [],
    epoch: new Epoch(setting, fresh ? NO_PROGRESS : recovered.progress),
    certifier: new Certifier(setting.committee),
    consensus: undefined,
    certainFrom: undefined,
    startedMs: 0,
    upstream: undefined,
    behindMs: 0,
    nowMs: 0,
    consensusTimerMs: undefined,
    resendMs: 0,
    timerMs: undefined,
  };
}

function heldKeys({ identity, peer, keys }: NodeConfig): HeldKeys | undefined {
  if (identity === undefined) return undefined;
  return keys?.() ?? { network: [peer], protocol: [identity.protocolKey], worker: [identity] };
}

/** The epoch that the executed state is in. */
export function currentEpoch(config: NodeConfig, chain: Chain): EpochSetting {
  const epoch = present(readContent(chain, "EpochState", EPOCH_STATE_ID), "the epoch");
  const parameters = present(readContent(chain, "Parameters", PARAMETERS_ID), "the parameters");
  const committee = committeeOf(chain);
  const { versions = PROTOCOL_VERSIONS } = config;
  const { protocol_version: current, overrides } = parameters;
  requireParameters(current, overrides, versions);
  const held = heldKeys(config);
  const seat = held && findSeat(committee, held);
  const peers = committee.members.map((member) => toHex(member.network_key));
  return {
    number: epoch.epoch,
    committee,
    peers,
    authority: seat?.authority,
    identity: seat?.identity,
    lacksKeys: held !== undefined && seat === undefined && isNamed(committee, held),
    startMs: epoch.start_timestamp_ms,
    durationMs: parameters.protocol.epoch_duration_ms,
    versions: votesOf(versions, current),
  };
}

/**
 * Whether this node has certainly signed nothing in the present epoch that it does not know of:
 * also because the epoch began when this run had long begun, so that no former one was in it.
 */
export function isCertain({ certainFrom, epoch, startedMs, config }: Node): boolean {
  const { number, startMs } = epoch.setting;
  if (certainFrom !== undefined && number >= certainFrom) return true;
  return startMs > BigInt(startedMs + config.limits.memoryMarginMs);
}

/**
 * Notes at the end of an epoch what its node knows of the next ones. Whoever took part, by memory,
 * has certainly signed nothing in the next; whoever had to ask others may have been the first in it
 * before its memory went.
 */
export function noteMemory(node: Node): void {
  const amnesia = node.consensus?.amnesia;
  if (amnesia?.remembers !== true) return;
  node.certainFrom ??= node.epoch.setting.number + (amnesia.skippedRound > 0 ? 2n : 1n);
}

/**
 * Up to which round of an epoch nothing is to be signed, if everything is known that was signed in
 * it, by what `noted` says of epochs. It is noted before anything is signed, so whoever knew
 * everything in the epoch before by memory, and noted nothing of this one, has signed nothing yet.
 */
export function recallSkipped(
  noted: (epoch: bigint) => number | undefined,
  epoch: bigint,
): number | undefined {
  return noted(epoch) ?? (noted(epoch - 1n) === 0 ? 0 : undefined);
}
