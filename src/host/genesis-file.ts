/**
 * The beginning of a network as a file: the same bytes for every node, whose first checkpoint names
 * the chain. The founders' signature is not verified here: whoever could hand an operator another
 * beginning could hand him other founders as well, and nodes of another chain refuse each other.
 *
 * @module
 */
import { assert, present } from "../base/assert.ts";
import { equalBytes } from "../base/bytes.ts";
import { SomaError } from "../base/errors.ts";
import { decode, encode } from "../bcs/schema.ts";
import { certificateCheck, checkpointMessage } from "../checkpoint/certify.ts";
import { LiveSet, type NetChange } from "../checkpoint/live-set.ts";
import { writtenLeaves, writtenRoot } from "../checkpoint/written-set.ts";
import { blsAggregate, blsSign } from "../crypto/bls.ts";
import { committeeOf } from "../ledger/committee.ts";
import type { Genesis } from "../ledger/genesis/build.ts";
import { NO_PROGRESS } from "../node/epoch.ts";
import type { CheckpointRecord } from "../node/io.ts";
import { contentsDigest } from "../types/checkpoint.ts";
import { authorityIndex, committee as committeeCodec } from "../types/committee.ts";
import { effectsDigest } from "../types/effects.ts";
import { stateDigest, type StateObject } from "../types/entry.ts";
import { chainId, type GenesisBlob, genesisBlob } from "../types/genesis.ts";
import { transactionDigest } from "../types/transaction.ts";
import { readSmallFile, replaceFile } from "./files.ts";
import type { BlsKeyPair } from "./verifier.ts";

const GENESIS_BYTES_MAX = 1_073_741_824;

/** A beginning that its founders have signed. */
export function signGenesis(genesis: Genesis, founders: readonly BlsKeyPair[]): GenesisBlob {
  const { committee, objects, transaction, effects, contents, summary } = genesis;
  const message = checkpointMessage(summary);
  const signed = founders
    .map(({ secretKey, publicKey }) => ({
      signer: present(authorityIndex(committee, publicKey), "a founder's place in the committee"),
      signature: blsSign(secretKey, message),
    }))
    .sort((left, right) => left.signer - right.signer);
  const signature = present(blsAggregate(signed.map((one) => one.signature)), "a sum");
  const signers = signed.map(({ signer }) => signer);
  const certificate = { epoch: summary.epoch, signature, signers };
  assert(typeof certificateCheck(summary, certificate, committee) !== "string", "a quorum signed");
  return {
    committee,
    objects,
    transaction,
    effects,
    contents,
    checkpoint: { summary, certificate },
  };
}

/** Writes the file. */
export function writeGenesisFile(path: string, blob: GenesisBlob): void {
  replaceFile(path, encode(genesisBlob, blob));
}

/** Reads the file. */
export function readGenesisFile(path: string): GenesisBlob {
  const bytes = readSmallFile(path, { what: "genesis file", bytesMax: GENESIS_BYTES_MAX });
  const decoded = decode(genesisBlob, bytes);
  if (!decoded.ok) throw invalid(path, `${decoded.error.path}: ${decoded.error.reason}`);
  const fault = blobFault(decoded.value);
  if (fault !== undefined) throw invalid(path, fault);
  return decoded.value;
}

/** The genesis checkpoint as a node persists it. */
export function genesisRecord(blob: GenesisBlob): CheckpointRecord {
  const { objects, transaction, effects, contents, checkpoint } = blob;
  const none = new LiveSet();
  return {
    bundle: { ...checkpoint, contents, transactions: [transaction] },
    digest: chainId(blob),
    executed: [{ digest: effects.transaction_digest, transaction, effects }],
    superseded: [],
    written: objects,
    deleted: [],
    liveSet: none.with(changesOf(objects)).toBytes(),
    progress: NO_PROGRESS,
  };
}

function changesOf(objects: readonly StateObject[]): readonly NetChange[] {
  return objects.map((object) => ({
    id: object.id,
    before: undefined,
    after: { version: object.version, digest: stateDigest(object) },
  }));
}

function blobFault(blob: GenesisBlob): string | undefined {
  const { committee, transaction, effects, contents, checkpoint } = blob;
  if (contentsDigest(contents) !== checkpoint.summary.content_digest) {
    return "contents: not those of the checkpoint";
  }
  const digest = transactionDigest(transaction.data);
  const listed = { transaction: digest, effects: contents.transactions[0]?.effects ?? digest };
  const signed = { transactions: [listed], user_signatures: [transaction.signatures] };
  if (contentsDigest(signed) !== checkpoint.summary.content_digest) {
    return "transaction: not the one of the checkpoint";
  }
  if (effectsDigest(effects) !== listed.effects || effects.transaction_digest !== digest) {
    return "effects: not those of the checkpoint";
  }
  const fault = objectsFault(blob) ?? commitmentFault(blob);
  if (fault !== undefined) return fault;
  const state = new Map(blob.objects.map((object) => [object.id, object]));
  const validators = committeeOf({ find: (id) => state.get(id) });
  const isSame = equalBytes(encode(committeeCodec, validators), encode(committeeCodec, committee));
  return isSame ? undefined : "committee: not that of the objects";
}

// Both lists are ascending by id, and genesis only creates.
function objectsFault({ objects, effects }: GenesisBlob): string | undefined {
  const changes = effects.changed_objects;
  if (objects.length !== changes.length) return "objects: not as many as in the effects";
  const stray = objects.find((object, place) => {
    const { object_id: id, output_state: state } = changes[place]!;
    const isWritten = state.kind === "ObjectWrite" && state.digest === stateDigest(object);
    return id !== object.id || !isWritten;
  });
  return stray === undefined ? undefined : `objects: 0x${stray.id} is not in the effects`;
}

// Proofs of what the genesis made lead there.
function commitmentFault({ objects, checkpoint }: GenesisBlob): string | undefined {
  const [written] = checkpoint.summary.checkpoint_commitments;
  const isRight =
    written === undefined || written.digest === writtenRoot(writtenLeaves(changesOf(objects)));
  return isRight ? undefined : "checkpoint: it commits to other objects";
}

function invalid(path: string, reason: string): SomaError {
  return new SomaError("genesis_invalid", `genesis file ${path}: ${reason}`, {
    hint: "fetch the network's genesis file again",
  });
}
