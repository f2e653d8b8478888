/**
 * What every backend must do: agree with the specification in `src/model` on models of odd shapes,
 * on the small model and at large offsets, for weights that are drawn anew in every run.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { normalArray } from "../../src/crypto/normal.ts";
import { batchDirections, batchSequences, scoreSequence, type Sums } from "../../src/model/compete.ts";
import { type ModelConfig, SMALL } from "../../src/model/config.ts";
import { sequenceAt, type Sequence } from "../../src/model/tokenize.ts";
import { buildWeights } from "../../src/model/weights.ts";
import type { Backend } from "../../src/runtime/backend.ts";

const TOLERANCE = 1e-5;

const SHAPES: Readonly<Record<string, ModelConfig>> = {
  "one head of two features": { ...SMALL, dim: 2, heads: 1, hidden: 3, layers: 1, positions: 5 },
  "heads of two": { ...SMALL, dim: 4, heads: 2, hidden: 8, layers: 2, positions: 8 },
  "heads of six": { ...SMALL, dim: 18, heads: 3, hidden: 7, layers: 3, positions: 33 },
  "a wide head": { ...SMALL, dim: 10, heads: 1, hidden: 40, layers: 1, positions: 17 },
  "more tokens than bytes need": { ...SMALL, vocabulary: 301, positions: 16 },
  "the small model": SMALL,
};
