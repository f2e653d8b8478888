/**
 * The genesis file: it reads back, and the chain is named by its checkpoint.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { checkpointDigest } from "../../src/types/checkpoint.ts";
import { chainId, genesisBlob } from "../../src/types/genesis.ts";
import {
  certificate,
  checkpointContents,
  checkpointSummary,
  committee,
  effects,
} from "./arbitraries-effects.ts";
import { signedTransaction, somaObject } from "./arbitraries.ts";
import { testCodec } from "./laws.ts";

const blob = fc.record({
  committee,
  objects: fc.array(somaObject, { maxLength: 2 }),
  transaction: signedTransaction,
  effects,
  contents: checkpointContents,
  checkpoint: fc.record({ summary: checkpointSummary, certificate }),
});

describe("a genesis", () => {
  testCodec(genesisBlob, blob);

  test("names its chain by the digest of the first checkpoint", () => {
    const [genesis] = fc.sample(blob, { numRuns: 1, seed: 1 });
    expect(chainId(genesis!)).toBe(checkpointDigest(genesis!.checkpoint.summary));
  });
});
