/**
 * Weights that a trainer publishes: names stand for the files, and a random direction for the
 * embedding.
 *
 * @module
 */
import { encode } from "../bcs/schema.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import { normalArray } from "../crypto/normal.ts";
import { toDigest } from "../types/address.ts";
import type { Manifest } from "../types/manifest.ts";
import { DECRYPTION_KEY_BYTES, type RevealedWeights } from "../types/model.ts";
import { tensor, vectorTensor } from "../types/tensor.ts";
import { bytesNamed, digestNamed } from "./accounts.ts";

const WEIGHTS_BYTES = 1_000_000n;
const SEED_SHIFT = 32n;

/** What a trainer published: who, the how manyeth, and the size of embeddings. */
export type Publication = {
  readonly trainer: number;
  readonly number: number;
  readonly dimension: number;
};

/** The weights of a publication. */
export function weightsOf({ trainer, number, dimension }: Publication): RevealedWeights {
  const name = `weights ${number} of trainer ${trainer}`;
  const decryption_key = bytesNamed(`key of ${name}`, DECRYPTION_KEY_BYTES);
  const seed = (BigInt(trainer) << SEED_SHIFT) + BigInt(number);
  const embedding = vectorTensor(normalArray(seed, dimension));
  return {
    manifest: manifestOf(name, WEIGHTS_BYTES),
    weights_commitment: digestNamed(name),
    embedding_commitment: toDigest(blake2b256Hex(encode(tensor, embedding))),
    decryption_key_commitment: toDigest(blake2b256Hex(decryption_key)),
    decryption_key,
    embedding,
  };
}

/** A manifest of something that has a name. */
export function manifestOf(name: string, size: bigint): Manifest {
  const checksum = digestNamed(name);
  return { url: `http://127.0.0.1:9000/v1/blobs/${checksum}`, metadata: { checksum, size } };
}
