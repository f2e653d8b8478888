/**
 * The three models that compete on a local network from the start: one has learned English prose,
 * one source code, one binary data. Their weights were trained by `scripts/demo-weights.ts`.
 *
 * @module
 */
import { readFileSync } from "node:fs";

import { blake2b256Hex } from "../crypto/digest.ts";
import { type Digest, toDigest } from "../types/address.ts";
import binary from "./content/binary.safetensors" with { type: "file" };
import code from "./content/code.safetensors" with { type: "file" };
import embeddings from "./content/embeddings.json" with { type: "json" };
import english from "./content/english.safetensors" with { type: "file" };

/** A model that comes with the program. */
export type DemoModel = {
  readonly name: keyof typeof embeddings;
  /** What it has learned, for people. */
  readonly title: string;
  /** The plain weights file. */
  readonly weights: Uint8Array;
  /** The BLAKE2b-256 of the weights, by which the model is recognised on chain. */
  readonly commitment: Digest;
  readonly embedding: Float32Array;
};

const TITLES: readonly (readonly [DemoModel["name"], string, string])[] = [
  ["english", "English prose", english],
  ["code", "source code", code],
  ["binary", "binary data", binary],
];

/** Reads the models; they are in this order on chain. */
export function readDemoModels(): readonly DemoModel[] {
  return TITLES.map(([name, title, path]) => {
    const weights = new Uint8Array(readFileSync(path));
    const commitment = toDigest(blake2b256Hex(weights));
    return { name, title, weights, commitment, embedding: Float32Array.from(embeddings[name]) };
  });
}
