/**
 * Weights on their way to being published: checked as a scorer would load them, encrypted, hashed,
 * and given the embedding that says what their model is good at. Whatever is wrong is found here,
 * before anything is staked on it.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { utf8 } from "../base/bytes.ts";
import { AES_KEY_BYTES, applyAesCtr } from "../crypto/aes-ctr.ts";
import { blake2b256Hex } from "../crypto/digest.ts";
import type { ModelConfig } from "../model/config.ts";
import { weightsFaultText } from "../model/safetensors.ts";
import { readWeights } from "../model/weights.ts";
import { type Digest, toDigest } from "../types/address.ts";
import { SCORING_SEED } from "./judge.ts";
import type { Scorer, ScoreWatch } from "./scorer.ts";
import { notWeights } from "./sizes.ts";

/** Weights ready to be hosted and committed to. */
export type PublishedWeights = {
  /** The plain file. */
  readonly plain: Uint8Array;
  /** What is hosted. */
  readonly encrypted: Uint8Array;
  readonly key: Uint8Array;
  /** Of the encrypted file: its name and the commitment. */
  readonly checksum: Digest;
};

/** Encrypts a plain weights file, called `name`, after checking that it is a model of `config`. */
export function encryptWeights(
  config: ModelConfig,
  file: { readonly name: string; readonly plain: Uint8Array },
  key: Uint8Array,
): PublishedWeights {
  const encrypted = applyAesCtr(checkedKey(key), file.plain);
  return checkWeights(config, file.name, { plain: file.plain, encrypted, key });
}

/** Takes a file that is encrypted with `key` already, after checking what is in it. */
export function openWeights(
  config: ModelConfig,
  file: { readonly name: string; readonly encrypted: Uint8Array },
  key: Uint8Array,
): PublishedWeights {
  const plain = applyAesCtr(checkedKey(key), file.encrypted);
  return checkWeights(config, file.name, { plain, encrypted: file.encrypted, key });
}

/** A weights file, and the key that decrypts it if it is encrypted. */
export type WeightsPath = { readonly path: string; readonly key?: Uint8Array | undefined };

/** The mean representation that the model of a weights file has of `sample`. */
export async function meanEmbedding(
  scorer: Scorer,
  config: ModelConfig,
  { path, key }: WeightsPath,
  { sample = DEFAULT_SAMPLE, watch }: { readonly sample?: Uint8Array; readonly watch?: ScoreWatch },
): Promise<Float32Array> {
  const models = [{ name: path, path, label: path, key }];
  const job = { config, models, data: sample, target: undefined, seed: SCORING_SEED };
  const { embedding } = await scorer.score(job, watch);
  // JSON and people write −0 as 0, so an embedding that is kept in files must not hold it.
  return embedding.map((value) => value + 0);
}

function checkWeights(
  config: ModelConfig,
  name: string,
  weights: Omit<PublishedWeights, "checksum">,
): PublishedWeights {
  const read = readWeights(config, weights.plain);
  if (!read.ok) throw notWeights(name, weightsFaultText(read.error));
  return { ...weights, checksum: toDigest(blake2b256Hex(weights.encrypted)) };
}

function checkedKey(key: Uint8Array): Uint8Array {
  assert(key.length === AES_KEY_BYTES, "a key has 32 bytes");
  return key;
}

/** What an embedding is taken from if nobody says what the model is good at: a little of each. */
export const DEFAULT_SAMPLE: Uint8Array = utf8(`\
The harbour was quiet that morning. A single boat lay against the wall, its ropes slack, and two
gulls walked up and down on the stones as if they were waiting for somebody. When the fog lifted we
could see the lighthouse, the long beach behind it, and far out the first sails coming home.

"Did you count them?" she asked. "Eleven," he said, "and yesterday there were twelve."

## Shopping list

1. bread, butter, six eggs
2. 250 g of flour; 1/2 litre of milk
3. stamps (for the letters to Oslo, Lima and Hanoi)

function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

{ "id": 1042, "name": "Ada", "tags": ["north", "early"], "score": 0.875, "active": true }
2024-03-18T07:45:12Z INFO  queue: 17 jobs done, 2 failed, 0 waiting (took 3.2 s)
`);
