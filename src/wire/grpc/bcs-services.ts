/**
 * Faucet, admin and scoring as the published package speaks them: gRPC whose messages are BCS.
 *
 * @module
 */
import {
  bool,
  boundedText,
  type Codec,
  option,
  struct,
  transform,
  u32,
  u64,
  vector,
} from "../../bcs/schema.ts";
import { TARGET_MODELS_MAX, TENSOR_VALUES_MAX, URL_BYTES_MAX } from "../../types/bounds.ts";

/** Whom to give coins. */
export type GasRequest = { readonly recipient: string };

/** The coins that were given. */
export type GasResponse = {
  readonly status: string;
  readonly coins_sent: readonly {
    readonly amount: bigint;
    readonly id: string;
    readonly transfer_tx_digest: string;
  }[];
};

/** A model to score with; checksum and key in Base58. */
export type ManifestInput = {
  readonly url: string;
  readonly checksum: string;
  readonly size: bigint;
  readonly decryption_key: string | undefined;
};

/** A competition; the checksum is in Base58. */
export type ScoreRequest = {
  readonly data_url: string;
  readonly data_checksum: string;
  readonly data_size: bigint;
  readonly model_manifests: readonly ManifestInput[];
  readonly target_embedding: Float32Array;
  readonly seed: bigint;
};

/** How it went: losses and distances in the order of the models. */
export type ScoreResponse = {
  readonly winner: bigint;
  readonly loss_score: Float32Array;
  readonly embedding: Float32Array;
  readonly distance: Float32Array;
};

/** Nothing. */
export type Empty = Readonly<Record<never, never>>;

const TEXT_BYTES_MAX = 256;
const COINS_MAX = 256;

const text = boundedText(TEXT_BYTES_MAX);

// Floats travel as their bits.
const floats: Codec<Float32Array> = transform(
  vector(u32, TENSOR_VALUES_MAX),
  (bits): Float32Array => new Float32Array(Uint32Array.from(bits).buffer),
  (values): readonly number[] => [...new Uint32Array(new Float32Array(values).buffer)],
);

/** Layout of `Empty`. */
export const empty: Codec<Empty> = struct<Empty>("Empty", {});

/** Layout of `GasRequest`. */
export const gasRequest: Codec<GasRequest> = struct<GasRequest>("GasRequest", { recipient: text });

/** Layout of `GasResponse`. */
export const gasResponse: Codec<GasResponse> = struct<GasResponse>("GasResponse", {
  status: text,
  coins_sent: vector(
    struct<GasResponse["coins_sent"][number]>("GasCoinInfo", {
      amount: u64,
      id: text,
      transfer_tx_digest: text,
    }),
    COINS_MAX,
  ),
});

/** Layout of the answer to `AdvanceEpoch`. */
export const advanceResponse: Codec<{ readonly epoch: bigint }> = struct<{
  readonly epoch: bigint;
}>("AdvanceEpochResponse", { epoch: u64 });

/** Layout of the answer to `Health`. */
export const healthResponse: Codec<{ readonly ok: boolean }> = struct<{ readonly ok: boolean }>(
  "HealthResponse",
  { ok: bool },
);

const url = boundedText(URL_BYTES_MAX);

/** Layout of `ScoreRequest`. */
export const scoreRequest: Codec<ScoreRequest> = struct<ScoreRequest>("ScoreRequest", {
  data_url: url,
  data_checksum: text,
  data_size: u64,
  model_manifests: vector(
    struct<ManifestInput>("ManifestInput", {
      url,
      checksum: text,
      size: u64,
      decryption_key: option(text),
    }),
    TARGET_MODELS_MAX,
  ),
  target_embedding: floats,
  seed: u64,
});

/** Layout of `ScoreResponse`. */
export const scoreResponse: Codec<ScoreResponse> = struct<ScoreResponse>("ScoreResponse", {
  winner: u64,
  loss_score: floats,
  embedding: floats,
  distance: floats,
});
