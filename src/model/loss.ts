/**
 * Cross entropy of next-byte prediction. PAD targets add nothing, but the batch divides by all its
 * positions: short data has a low loss. Everybody scores the same data, so the order of models does
 * not suffer, and published losses stay comparable.
 *
 * @module
 */
import { exp, log } from "../crypto/exp-log.ts";
import { PAD } from "./tokenize.ts";

/** Σ −log softmax(logits)[target] over targets that are not PAD. Shape: logits (n, vocabulary). */
export function crossEntropySum(logits: Float32Array, targets: Uint16Array): number {
  const vocabulary = logits.length / targets.length;
  let sum = 0;
  for (const [row, target] of targets.entries()) {
    if (target === PAD) continue;
    const scores = logits.subarray(row * vocabulary, (row + 1) * vocabulary);
    sum += logSumExp(scores) - scores[target]!;
  }
  return sum;
}

/** log Σ exp(score), without overflow. */
export function logSumExp(scores: Float32Array): number {
  let largest = -Infinity;
  for (const score of scores) largest = Math.max(largest, score);
  let total = 0;
  for (const score of scores) total += exp(score - largest);
  return largest + log(total);
}
