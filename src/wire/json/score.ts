/**
 * Scoring in JSON: a competition by reference, and how it went. `distance` has one entry for each
 * model, all of them the winner's, because clients read it by either index.
 *
 * @module
 */
import { z } from "zod";

import { fromHex } from "../../base/bytes.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { Digest } from "../../types/address.ts";
import { TARGET_MODELS_MAX, URL_BYTES_MAX } from "../../types/bounds.ts";
import { parseDigest } from "../../types/text.ts";
import { digest, f32, f32s, textView, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** A model to score with; without a key its weights are not encrypted. */
export type ScoreModelView = {
  readonly url: string;
  /** Of the file at the URL. */
  readonly checksum: Digest;
  readonly size: bigint;
  readonly decryption_key?: Uint8Array | null | undefined;
};

/** What is to be scored. */
export type ScoreRequestView = {
  readonly data_url: string;
  readonly data_checksum: Digest;
  readonly data_size: bigint;
  readonly model_manifests: readonly ScoreModelView[];
  readonly target_embedding: Float32Array;
  readonly seed?: bigint | undefined;
};

/** How it went. */
export type ScoreView = {
  /** The place of the model with the lowest loss. */
  readonly winner: number;
  /** In the order of the models; `null` for one that was left out. */
  readonly loss_score: readonly (number | null)[];
  /** What the winner made of the data. */
  readonly embedding: Float32Array;
  readonly distance: readonly number[];
  /** Models that did not compete, by their place, and why. */
  readonly left_out: readonly LeftOutView[];
};

/** A model that did not compete: its file could not be had, or is no model. */
export type LeftOutView = {
  readonly model: number;
  /** Stable, in snake_case. */
  readonly code: string;
  readonly detail: string;
};

const KEY_BYTES = 32;

/** A key in base64, as models show it, or in Base58, as other clients send it. */
const decryptionKey: View<Uint8Array> = textView(parseKey, (key) => key.toBase64(), {
  description: "32 bytes in base64 or Base58",
});

const url = z.string("text expected").min(1, "it is empty").max(URL_BYTES_MAX, "it is too long");

/** What is to be scored, in JSON. */
export const scoreRequest: View<ScoreRequestView> = z.object({
  data_url: url,
  data_checksum: digest,
  data_size: u64,
  model_manifests: z
    .array(
      z.object({ url, checksum: digest, size: u64, decryption_key: decryptionKey.nullish() }),
      "a list of manifests expected",
    )
    .min(1, "at least one model is needed")
    .max(TARGET_MODELS_MAX, `at most ${TARGET_MODELS_MAX} models compete`),
  target_embedding: f32s,
  seed: u64.optional(),
});

/** How it went, in JSON. */
export const scoreView: View<ScoreView> = z.object({
  winner: z.int(),
  loss_score: z.array(f32.nullable()),
  embedding: f32s,
  distance: z.array(f32),
  left_out: z.array(z.object({ model: z.int(), code: z.string(), detail: z.string() })),
});

function parseKey(text: string): Result<Uint8Array, string> {
  const parsed = parseDigest(text);
  if (parsed.ok) return ok(fromHex(parsed.value));
  const key = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Uint8Array.fromBase64(text) : undefined;
  return key?.length === KEY_BYTES ? ok(key) : err("32 bytes in base64 or Base58 expected");
}
