/**
 * When checkpoints close, and what certified ones set in motion. A checkpoint closes with a commit:
 * at once at the end of an epoch or when it is nearly full, else when something waits and the last
 * one is old enough, else as a heartbeat. All of it follows commit time and what was executed, so
 * every validator closes at the same commits.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { checkpointMessage } from "../checkpoint/certify.ts";
import type { ExecutionContext } from "../ledger/call.ts";
import { CHECKPOINT_LIMITS } from "../protocol/limits.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import { checkpointDigest } from "../types/checkpoint.ts";
import type { Chain, PendingCheckpoint } from "./chain.ts";
import type { Epoch } from "./epoch.ts";
import type { NodeOutput } from "./io.ts";
import { contextOf, endOfEpoch } from "./order.ts";
import type { Node } from "./state.ts";

const INTERVAL_MS = BigInt(CHECKPOINT_LIMITS.intervalMinMs);
const HEARTBEAT_MS = BigInt(CHECKPOINT_LIMITS.heartbeatMs);

/** Closes the open checkpoint with the commit of `timestampMs` if it is due, and has it signed. */
export function closeWhenDue(node: Node, timestampMs: bigint, out: NodeOutput[]): void {
  const { chain, epoch } = node;
  const age = timestampMs - chain.tip.summary.timestamp_ms;
  const interval = chain.openCount > 0 ? INTERVAL_MS : HEARTBEAT_MS;
  if (!epoch.closed && age < interval && hasRoom(chain)) return;
  const last = epoch.closed ? endOfEpoch(chain) : undefined;
  sign(epoch, chain.close(timestampMs, last, epoch.progress), out);
}

/** Whether what one more commit executes still fits in the open checkpoint. */
function hasRoom({ openCount, openBytes }: Chain): boolean {
  const { transactionsMax, bytesMax, commitTransactionsMax, commitBytesMax } = CHECKPOINT_LIMITS;
  // The prologue and the change of epoch come on top.
  const count = openCount + commitTransactionsMax + 2;
  return count <= transactionsMax && openBytes + commitBytesMax <= bytesMax;
}

/** Asks for certificates of closed checkpoints and certifies those that have one, in sequence. */
export function certifyReady(node: Node, out: NodeOutput[]): void {
  const { chain, certifier } = node;
  for (const closed of chain.pendingCheckpoints()) {
    const request = certifier.request(closed);
    if (request !== undefined) out.push(request);
  }
  for (;;) {
    const next = chain.certifiedSequence + 1n;
    const certificate = certifier.certificate(next);
    if (certificate === undefined || chain.pendingAt(next) === undefined) return;
    const record = chain.certify(certificate);
    certifier.forget(next);
    node.unsettled.push(record);
    out.push({ kind: "PersistCheckpoint", record });
  }
}

/** Takes a certified checkpoint of others: as the certificate of our own, or by executing it. */
export function adopt(node: Node, bundle: CheckpointBundle, out: NodeOutput[]): void {
  const { chain, certifier } = node;
  const sequence = bundle.summary.sequence_number;
  const next = chain.certifiedSequence + 1n;
  if (sequence < next) return;
  if (chain.pendingAt(sequence) === undefined) {
    if (sequence !== next) return;
    replay(node, bundle);
  }
  const own = chain.pendingAt(sequence);
  assert(own?.digest === checkpointDigest(bundle.summary), "our checkpoint is the certified one");
  certifier.addCertificate(sequence, bundle.certificate);
  certifyReady(node, out);
}

/** Asks for this validator's signature of what it closed, by its key of the epoch. */
export function sign(epoch: Epoch, closed: PendingCheckpoint, out: NodeOutput[]): void {
  const { identity } = epoch.setting;
  if (identity === undefined) return;
  const { digest, bundle } = closed;
  const { sequence_number: sequence } = bundle.summary;
  const { protocolKey } = identity;
  const message = checkpointMessage(bundle.summary);
  out.push({ kind: "SignCheckpoint", protocolKey, sequence, digest, message });
}

// Executes what others executed. What this node had executed itself since its last checkpoint is in
// there as well, so it starts over from there.
function replay(node: Node, { summary, transactions }: CheckpointBundle): void {
  const { chain, epoch } = node;
  chain.discardOpen();
  let context: ExecutionContext | undefined;
  for (const transaction of transactions) {
    const { kind } = transaction.data;
    if (kind.kind === "ConsensusCommitPrologueV1") {
      context = contextOf(kind);
      epoch.cover(Number(kind.sub_dag_index ?? 0n));
    }
    chain.execute(transaction, present(context, "the prologue of a certified checkpoint"));
  }
  const last = summary.end_of_epoch_data === undefined ? undefined : endOfEpoch(chain);
  chain.close(summary.timestamp_ms, last, epoch.progress);
}
