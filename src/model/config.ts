/**
 * The sizes of a model and of the sequences it reads. Version 1 fixes everything but the sizes; two
 * of them are in use: the full model and a small one for local networks and tests.
 *
 * @module
 */

/** How large a model is and how data is cut for it. */
export type ModelConfig = {
  /** Features of a byte's representation and of an embedding (d). */
  readonly dim: number;
  /** Hidden features of a feed-forward block. */
  readonly hidden: number;
  readonly layers: number;
  /** Attention heads; each has dim ÷ heads features, an even count. */
  readonly heads: number;
  /** Tokens: 256 bytes and 8 special ones, of which PAD and EOS are used. */
  readonly vocabulary: number;
  /** Positions of a sequence. */
  readonly positions: number;
  /** Sequences of a batch, which shares its SIGReg noise. */
  readonly batch: number;
};

/** Random directions onto which SIGReg projects. */
export const SLICES = 256;

/** Model version 1 at full size: 1.2 billion parameters. */
export const V1: ModelConfig = {
  dim: 2048,
  hidden: 8192,
  layers: 24,
  heads: 8,
  vocabulary: 264,
  positions: 1024,
  batch: 16,
};

/** The small model: 13 thousand parameters of the same architecture. */
export const SMALL: ModelConfig = { ...V1, dim: 16, hidden: 32, layers: 2, heads: 4 };

/** Features of one attention head. */
export function headDimOf(config: ModelConfig): number {
  return config.dim / config.heads;
}

/** Why `config` cannot be a model, or `undefined` if it can. */
export function checkConfig(config: ModelConfig): string | undefined {
  for (const [field, size] of Object.entries(config)) {
    if (!Number.isInteger(size) || size < 1) return `${field} must be a positive whole number`;
  }
  if (config.dim % config.heads !== 0) return "dim must be a multiple of heads";
  if (headDimOf(config) % 2 !== 0) return "dim ÷ heads must be even";
  if (config.vocabulary < V1.vocabulary) return `vocabulary must be at least ${V1.vocabulary}`;
  return undefined;
}
