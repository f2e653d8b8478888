/**
 * Evidence of the state of an object: its proof, and the certified checkpoints by which trust
 * passes from the committee of the genesis to the one that certified it. A node hands it out; it is
 * checked without any. Browser-safe.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import { type Codec, decode, struct, vector } from "../bcs/schema.ts";
import {
  followCommittee,
  type ObjectProof,
  objectProof,
  verifyObject,
} from "../checkpoint/inclusion.ts";
import type { ObjectId } from "../types/address.ts";
import { type CertifiedCheckpoint, certifiedCheckpoint } from "../types/checkpoint.ts";
import type { Committee } from "../types/committee.ts";
import { objectDigest, type SomaObject, somaObject } from "../types/object.ts";
import type { SomaClient } from "./client.ts";

/** The state of an object and what shows it. */
export type Evidence = {
  readonly object: SomaObject;
  readonly proof: ObjectProof;
  /** The last checkpoint of every epoch before the one of the proof, from the first on. */
  readonly edges: readonly CertifiedCheckpoint[];
};

/** What evidence shows. */
export type Shown = {
  readonly object: SomaObject;
  /** The checkpoint that wrote it, its epoch and its time of day. */
  readonly checkpoint: bigint;
  readonly epoch: bigint;
  readonly timestampMs: bigint;
};

/** Epochs that evidence may span: more than a century of days. */
const EDGES_MAX = 65_536;

/** Layout of `Evidence`. */
export const evidence: Codec<Evidence> = struct<Evidence>("Evidence", {
  object: somaObject,
  proof: objectProof,
  edges: vector(certifiedCheckpoint, EDGES_MAX),
});

/** Collects the evidence of the state that an object is in now. */
export async function collectEvidence(
  client: SomaClient,
  id: ObjectId,
  signal?: AbortSignal,
): Promise<Evidence> {
  const { epoch, object_bytes, proof_bytes } = await client.objectProof(id, signal);
  const edges: CertifiedCheckpoint[] = [];
  for (let before = 0n; before < epoch; before++) {
    const { last_checkpoint: last } = await client.epoch(before, signal);
    const { bcs_bytes } = await client.checkpointWithBytes(present(last, "its end"), signal);
    edges.push(read(certifiedCheckpoint, bcs_bytes ?? new Uint8Array(0)));
  }
  return { object: read(somaObject, object_bytes), proof: read(objectProof, proof_bytes), edges };
}

/** What evidence shows to somebody who trusts the committee of the genesis; or why nothing. */
export function checkEvidence(
  genesis: Committee,
  { object, proof, edges }: Evidence,
): Result<Shown, string> {
  let committee = genesis;
  for (const edge of edges) {
    const next = followCommittee(committee, edge);
    if (!next.ok) return err(`epoch ${committee.epoch}: ${next.error}`);
    committee = next.value;
  }
  const state = verifyObject(committee, proof, object.id);
  if (!state.ok) return state;
  const isThis = state.value.kind === "Written" && state.value.digest === objectDigest(object);
  if (!isThis) return err("the proof is of another state of the object");
  const {
    sequence_number: checkpoint,
    epoch,
    timestamp_ms: timestampMs,
  } = proof.checkpoint.summary;
  return ok({ object, checkpoint, epoch, timestampMs });
}

function read<T>(codec: Codec<T>, bytes: Uint8Array): T {
  const decoded = decode(codec, bytes);
  if (decoded.ok) return decoded.value;
  throw new SomaError("answer_invalid", `the node sent no ${codec.name}: ${decoded.error.reason}`);
}
