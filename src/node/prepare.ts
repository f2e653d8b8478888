/**
 * What happens to a message before the node sees it: its bytes become values, and the signatures in
 * it become a list for the driver to verify, in batches, wherever it likes. The step function then
 * takes only what was found valid. Pure, and cheap enough to run for every message.
 *
 * @module
 */
import { equalBytes } from "../base/bytes.ts";
import { certificateCheck } from "../checkpoint/certify.ts";
import { blockSignatureCheck, decodeSignedBlock, type SignedBlock } from "../types/block.ts";
import type { CheckpointBundle } from "../types/bundle.ts";
import { contentsDigest } from "../types/checkpoint.ts";
import type { PeerMessage } from "../types/message.ts";
import { transactionDigest } from "../types/transaction.ts";
import { transactionCheck } from "./admission.ts";
import type { NodeInput, PeerId, SignatureCheck } from "./io.ts";
import { payloadsOf } from "./payloads.ts";
import type { Node } from "./state.ts";

/** What to do with a message. */
export type Prepared =
  /** Verify `checks`; if all hold, step with `input`. */
  | { readonly kind: "Take"; readonly input: NodeInput; readonly checks: readonly SignatureCheck[] }
  /** Nothing is wrong with it and nothing is to be done. */
  | { readonly kind: "Ignore" }
  /** No honest peer sends this. */
  | { readonly kind: "Reject"; readonly reason: string };

const IGNORE: Prepared = { kind: "Ignore" };

/** What to do with `message` of `peer`. */
export function prepare(node: Node, peer: PeerId, message: PeerMessage): Prepared {
  switch (message.kind) {
    case "Block":
      return prepareBlock(node, peer, message.block);
    case "FetchedBlocks":
      return prepareFetched(node, peer, message);
    case "FetchedCommits":
      return prepareCommits(node, peer, message);
    case "Evidence":
      return prepareEvidence(node, peer, message);
    case "Checkpoint":
      return prepareCheckpoint(node, peer, message.bundle);
    case "Submit":
      return take({ kind: "Message", peer, message }, [transactionCheck(message.transaction)]);
    case "CheckpointSignature":
      // Who is no validator now may have been one in the epoch before.
      if (message.epoch !== node.epoch.setting.number) return otherEpoch(node, peer, message.epoch);
      if (node.epoch.authorityOf(peer) === undefined) return reject("only validators sign");
      return take({ kind: "Message", peer, message }, []);
    case "Subscribe":
    case "FetchBlocks":
    case "FetchCommits":
      if (node.epoch.authorityOf(peer) === undefined) return IGNORE;
      return take({ kind: "Message", peer, message }, []);
    case "Follow":
    case "Submitted":
      return take({ kind: "Message", peer, message }, []);
  }
}

function prepareBlock(node: Node, peer: PeerId, bytes: Uint8Array): Prepared {
  const decoded = decodeSignedBlock(bytes);
  if (!decoded.ok) return reject(`block: ${decoded.error.path}: ${decoded.error.reason}`);
  const signed = decoded.value;
  const { epoch } = signed.block;
  if (epoch !== node.epoch.setting.number) return otherEpoch(node, peer, epoch);
  if (signed.block.author !== node.epoch.authorityOf(peer))
    return reject("a block of another author");
  return take({ kind: "Block", peer, block: signed }, blockChecks(node, signed));
}

// A peer in a later epoch is worth following; one in an earlier epoch will notice itself.
function otherEpoch(node: Node, peer: PeerId, epoch: bigint): Prepared {
  return epoch < node.epoch.setting.number ? IGNORE : take({ kind: "Behind", peer }, []);
}

function prepareFetched(
  node: Node,
  peer: PeerId,
  message: Extract<PeerMessage, { kind: "FetchedBlocks" }>,
): Prepared {
  if (message.epoch !== node.epoch.setting.number) return IGNORE;
  const blocks: SignedBlock[] = [];
  for (const bytes of message.blocks) {
    const decoded = decodeSignedBlock(bytes);
    if (!decoded.ok) return reject(`block: ${decoded.error.path}: ${decoded.error.reason}`);
    blocks.push(decoded.value);
  }
  const { request } = message;
  const commitSync = node.consensus?.commitSync;
  // What a certified commit names was verified by those who voted for it.
  const checks = blocks.flatMap((signed) =>
    commitSync?.isCertified(signed.ref) === true ? [] : blockChecks(node, signed),
  );
  return take({ kind: "FetchedBlocks", peer, request, blocks }, checks);
}

function prepareCommits(
  node: Node,
  peer: PeerId,
  { epoch, request, commits, votes: bytes }: Extract<PeerMessage, { kind: "FetchedCommits" }>,
): Prepared {
  if (epoch !== node.epoch.setting.number) return IGNORE;
  const votes: SignedBlock[] = [];
  for (const one of bytes) {
    const decoded = decodeSignedBlock(one);
    if (!decoded.ok) return reject(`vote: ${decoded.error.path}: ${decoded.error.reason}`);
    votes.push(decoded.value);
  }
  const checks = votes.map((signed) => signatureOf(node, signed));
  return take({ kind: "FetchedCommits", peer, request, proof: { commits, votes } }, checks);
}

function prepareEvidence(
  node: Node,
  peer: PeerId,
  message: Extract<PeerMessage, { kind: "Evidence" }>,
): Prepared {
  const [first, second] = [message.first, message.second].map(decodeSignedBlock);
  if (first?.ok !== true || second?.ok !== true) return reject("evidence: a block is malformed");
  const [one, other] = [first.value, second.value];
  if (one.block.epoch !== node.epoch.setting.number) return IGNORE;
  if (node.epoch.authorityOf(peer) === undefined) return reject("only validators accuse");
  const isOfOneSlot =
    one.block.epoch === other.block.epoch &&
    one.ref.round === other.ref.round &&
    one.ref.author === other.ref.author;
  if (!isOfOneSlot || one.ref.digest === other.ref.digest) {
    return reject("evidence: the blocks do not contradict each other");
  }
  const input: NodeInput = { kind: "Evidence", peer, first: one, second: other };
  return take(input, [signatureOf(node, one), signatureOf(node, other)]);
}

function prepareCheckpoint(node: Node, peer: PeerId, bundle: CheckpointBundle): Prepared {
  const { summary, certificate } = bundle;
  const next = node.chain.certifiedSequence + 1n;
  // Only the next one or one we closed ourselves: others come again, in order.
  if (summary.sequence_number < next) return IGNORE;
  const closed = node.chain.pendingAt(summary.sequence_number);
  if (summary.sequence_number > next && closed === undefined) return IGNORE;
  const fault = bundleFault(bundle);
  if (fault !== undefined) return reject(`checkpoint: ${fault}`);
  const check = certificateCheck(summary, certificate, node.epoch.setting.committee);
  if (typeof check === "string") return reject(`checkpoint: ${check}`);
  const input: NodeInput = { kind: "Message", peer, message: { kind: "Checkpoint", bundle } };
  return take(input, [{ kind: "Aggregate", ...check }]);
}

function bundleFault({ summary, contents, transactions }: CheckpointBundle): string | undefined {
  if (contentsDigest(contents) !== summary.content_digest) return "contents are not the summary's";
  if (transactions.length !== contents.transactions.length) return "transactions are missing";
  for (const [index, { data, signatures }] of transactions.entries()) {
    if (transactionDigest(data) !== contents.transactions[index]!.transaction) {
      return `transaction ${index} is not the one in the contents`;
    }
    if (!sameSignatures(signatures, contents.user_signatures[index])) {
      return `the signatures of transaction ${index} are not those in the contents`;
    }
  }
  return undefined;
}

function sameSignatures(
  ours: readonly Uint8Array[],
  certified: readonly Uint8Array[] | undefined,
): boolean {
  if (ours.length !== certified?.length) return false;
  return ours.every((signature, place) => equalBytes(signature, certified[place]!));
}

type CheckOrFault = SignatureCheck | string;

function signatureOf(node: Node, signed: SignedBlock): CheckOrFault {
  const check = blockSignatureCheck(signed, node.epoch.setting.committee);
  if (check === undefined) return "the author of a block is not in the committee";
  return { kind: "Ed25519", ...check };
}

function blockChecks(node: Node, signed: SignedBlock): readonly CheckOrFault[] {
  const payloads = payloadsOf(signed.block.transactions);
  if (!payloads.ok) return [payloads.error];
  const users = payloads.value.map((payload) =>
    payload.kind === "UserTransaction" ? transactionCheck(payload.transaction) : undefined,
  );
  return [signatureOf(node, signed), ...users.filter((check) => check !== undefined)];
}

function take(input: NodeInput, found: readonly CheckOrFault[]): Prepared {
  const checks: SignatureCheck[] = [];
  for (const check of found) {
    if (typeof check === "string") return reject(check);
    checks.push(check);
  }
  return { kind: "Take", input, checks };
}

function reject(reason: string): Prepared {
  return { kind: "Reject", reason };
}
