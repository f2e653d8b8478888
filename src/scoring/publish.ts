/**
 * Weights on their way to being published: checked as a scorer would load them, encrypted, hashed,
 * and given the embedding that says what their model is good at. Whatever is wrong is found here,
 * before anything is staked on it. A file of gigabytes is read in pieces and never whole in memory.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { utf8 } from "../base/bytes.ts";
import { AES_KEY_BYTES } from "../crypto/aes-ctr.ts";
import type { ModelConfig } from "../model/config.ts";
import { planWeights } from "../model/weights.ts";
import { type Digest, toDigest } from "../types/address.ts";
import { SCORING_SEED } from "./judge.ts";
import { RawFile } from "./raw-file.ts";
import type { Scorer, ScoreWatch } from "./scorer.ts";
import { WeightsFile } from "./weights-file.ts";

/** A weights file, which people call `name`, and the key that decrypts or shall encrypt it. */
export type WeightsInput = {
  readonly path: string;
  readonly name: string;
  readonly key: Uint8Array;
  readonly isEncrypted: boolean;
};

/** Weights ready to be hosted and committed to. */
export type PublishedWeights = {
  readonly key: Uint8Array;
  /** Of the encrypted file: its name and the commitment. */
  readonly checksum: Digest;
  readonly sizeBytes: number;
  /** What is hosted; the file is read, and encrypted, anew each time. */
  readonly encrypted: () => ReadableStream<Uint8Array>;
};

/** How a caller follows the preparation and ends it early. */
export type PrepareWatch = {
  /** Hears which share is done. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
};

const PIECE_BYTES = 8 * 1024 * 1024;

/** Checks that a file is a model of `config`, number by number, and hashes it encrypted. */
export async function prepareWeights(
  config: ModelConfig,
  input: WeightsInput,
  { onProgress, signal }: PrepareWatch = {},
): Promise<PublishedWeights> {
  assert(input.key.length === AES_KEY_BYTES, "a key has 32 bytes");
  const turn = async (share: number): Promise<void> => {
    onProgress?.(share);
    await Bun.sleep(0);
    signal?.throwIfAborted();
  };
  await checkWeights(config, input, (share) => turn(share / 2));
  const hasher = new Bun.CryptoHasher("blake2b256");
  let sizeBytes = 0;
  const raw = openEncrypted(input);
  try {
    for (const piece of raw.pieces(PIECE_BYTES)) {
      hasher.update(piece);
      sizeBytes += piece.length;
      await turn((1 + sizeBytes / raw.sizeBytes) / 2);
    }
  } finally {
    raw.close();
  }
  const checksum = toDigest(hasher.digest("hex"));
  return { key: input.key, checksum, sizeBytes, encrypted: () => streamOf(input) };
}

async function checkWeights(
  config: ModelConfig,
  { path, name, key, isEncrypted }: WeightsInput,
  turn: (share: number) => Promise<void>,
): Promise<void> {
  const file = WeightsFile.open(path, name, isEncrypted ? key : undefined);
  try {
    const source = file.source(config);
    const { places } = planWeights(config);
    let done = 0;
    for (const [tensor, { shape }] of places) {
      source(tensor, shape);
      await turn(++done / places.size);
    }
  } finally {
    file.close();
  }
}

// The cipher is its own inverse, so what decrypts a file as it is read encrypts a plain one.
function openEncrypted({ path, name, key, isEncrypted }: WeightsInput): RawFile {
  return RawFile.open(path, name, isEncrypted ? undefined : key);
}

function streamOf(input: WeightsInput): ReadableStream<Uint8Array> {
  const raw = openEncrypted(input);
  const pieces = raw.pieces(PIECE_BYTES);
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const next = pieces.next();
      if (next.done !== true) return controller.enqueue(next.value);
      raw.close();
      controller.close();
    },
    cancel: () => raw.close(),
  });
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
