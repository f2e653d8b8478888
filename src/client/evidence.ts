/**
 * Evidence of the state of an object or of what a transaction did: a proof, and the certified
 * checkpoints by which trust passes from the committee of the genesis to the one that certified it.
 * A node hands it out; it is checked without any. Browser-safe.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type Codec, decode, struct, vector } from "../bcs/schema.ts";
import {
  checkTransaction,
  followCommittee,
  type ObjectProof,
  objectProof,
  type TransactionProof,
  transactionProof,
  verifyObject,
} from "../checkpoint/inclusion.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import { type CertifiedCheckpoint, certifiedCheckpoint } from "../types/checkpoint.ts";
import type { Committee } from "../types/committee.ts";
import { type TransactionEffects, transactionEffects } from "../types/effects.ts";
import { objectDigest, type SomaObject, somaObject } from "../types/object.ts";
import type { SomaClient } from "./client.ts";

/** The last checkpoint of every epoch before the one of a proof, from the first on. */
type Edges = readonly CertifiedCheckpoint[];

/** The state of an object and what shows it. */
export type ObjectEvidence = {
  readonly object: SomaObject;
  readonly proof: ObjectProof;
  readonly edges: Edges;
};

/** What a transaction did and what shows it. */
export type TransactionEvidence = {
  readonly effects: TransactionEffects;
  readonly proof: TransactionProof;
  readonly edges: Edges;
};

/** The checkpoint that shows something, its epoch and its time of day. */
export type Shown = {
  readonly checkpoint: bigint;
  readonly epoch: bigint;
  readonly timestampMs: bigint;
};

/** Epochs that evidence may span: more than a century of days. */
const EDGES_MAX = 65_536;
const edges = vector(certifiedCheckpoint, EDGES_MAX);

/** Layout of `ObjectEvidence`. */
export const objectEvidence: Codec<ObjectEvidence> = struct<ObjectEvidence>("ObjectEvidence", {
  object: somaObject,
  proof: objectProof,
  edges,
});

/** Layout of `TransactionEvidence`. */
export const transactionEvidence: Codec<TransactionEvidence> = struct<TransactionEvidence>(
  "TransactionEvidence",
  { effects: transactionEffects, proof: transactionProof, edges },
);

/** Collects the evidence of the state that an object is in now. */
export async function collectObject(
  client: SomaClient,
  id: ObjectId,
  signal?: AbortSignal,
): Promise<ObjectEvidence> {
  const { epoch, object_bytes, proof_bytes } = await client.objectProof(id, signal);
  return {
    object: read(somaObject, object_bytes),
    proof: read(objectProof, proof_bytes),
    edges: await collectEdges(client, epoch, signal),
  };
}

/** Collects the evidence of what a transaction did. */
export async function collectTransaction(
  client: SomaClient,
  digest: Digest,
  signal?: AbortSignal,
): Promise<TransactionEvidence> {
  const { epoch, effects_bytes, proof_bytes } = await client.transactionProof(digest, signal);
  return {
    effects: read(transactionEffects, effects_bytes),
    proof: read(transactionProof, proof_bytes),
    edges: await collectEdges(client, epoch, signal),
  };
}

/** What shows an object to somebody who trusts the committee of the genesis; or why nothing. */
export function checkObjectEvidence(
  genesis: Committee,
  evidence: ObjectEvidence,
): Result<Shown, string> {
  const { object, proof } = evidence;
  const committee = followEdges(genesis, evidence.edges);
  if (!committee.ok) return committee;
  const state = verifyObject(committee.value, proof, object.id);
  if (!state.ok) return state;
  const isThis = state.value.kind === "Written" && state.value.digest === objectDigest(object);
  return isThis ? ok(shownBy(proof)) : err("the proof is of another state of the object");
}

/** What shows effects to somebody who trusts the committee of the genesis; or why nothing. */
export function checkTransactionEvidence(
  genesis: Committee,
  evidence: TransactionEvidence,
): Result<Shown, string> {
  const committee = followEdges(genesis, evidence.edges);
  if (!committee.ok) return committee;
  const fault = checkTransaction(committee.value, evidence.proof, evidence.effects);
  return fault === undefined ? ok(shownBy(evidence.proof)) : err(fault);
}

async function collectEdges(
  client: SomaClient,
  epoch: bigint,
  signal: AbortSignal | undefined,
): Promise<Edges> {
  const collected: CertifiedCheckpoint[] = [];
  for (let before = 0n; before < epoch; before++) {
    const { last_checkpoint: last } = await client.epoch(before, signal);
    const { bcs_bytes } = await client.checkpointWithBytes(present(last, "its end"), signal);
    collected.push(read(certifiedCheckpoint, bcs_bytes ?? new Uint8Array(0)));
  }
  return collected;
}

function followEdges(genesis: Committee, passed: Edges): Result<Committee, string> {
  let committee = genesis;
  for (const edge of passed) {
    const next = followCommittee(committee, edge);
    if (!next.ok) return err(`epoch ${committee.epoch}: ${next.error}`);
    committee = next.value;
  }
  return ok(committee);
}

function shownBy({ checkpoint: { summary } }: ObjectProof | TransactionProof): Shown {
  const { sequence_number: checkpoint, epoch, timestamp_ms: timestampMs } = summary;
  return { checkpoint, epoch, timestampMs };
}

function read<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const decoded = decode(codec, bytes);
  if (decoded.ok) return decoded.value;
  throw new SomaError("answer_invalid", `the node sent no ${codec.name}: ${decoded.error.reason}`);
}
