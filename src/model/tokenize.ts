/**
 * From bytes to sequences of tokens: consecutive cuts of `config.positions` bytes. Only the last
 * one, and only if it is short, gets EOS after its last byte and PAD in the rest. Positions are
 * offsets in the whole data; EOS and PAD share the offset after the last byte. The target of a
 * position is the next token of its own sequence, and PAD is never scored.
 *
 * @module
 */

/** Fills what data leaves of the last sequence. */
export const PAD = 256;

// Follows the last byte of a short sequence.
const EOS = 257;

/** One row of a batch. All arrays have the sequence's length. */
export type Sequence = {
  readonly tokens: Uint16Array;
  readonly positions: Uint32Array;
  readonly targets: Uint16Array;
};

/** How many sequences `size` bytes make. */
export function sequenceCount(size: number, length: number): number {
  return Math.ceil(size / length);
}

/** Sequence `index` of `data`, `length` positions long. */
export function sequenceAt(data: Uint8Array, index: number, length: number): Sequence {
  const start = index * length;
  const bytes = data.subarray(start, start + length);
  const tokens = new Uint16Array(length).fill(PAD);
  tokens.set(bytes);
  if (bytes.length < length) tokens[bytes.length] = EOS;
  const positions = new Uint32Array(length);
  for (let slot = 0; slot < length; slot++) positions[slot] = start + Math.min(slot, bytes.length);
  const targets = new Uint16Array(length).fill(PAD);
  targets.set(tokens.subarray(1));
  return { tokens, positions, targets };
}
