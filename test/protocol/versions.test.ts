/**
 * Which versions there are, and that overrides of a genesis stay.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { PARAMETERS_V1 } from "../../src/protocol/parameters.ts";
import { parametersOf, PROTOCOL_VERSION_MAX } from "../../src/protocol/versions.ts";
import { parametersDigest } from "../../src/types/protocol-parameters.ts";

test("versions run from 1 to the newest without a gap", () => {
  for (let version = 1n; version <= PROTOCOL_VERSION_MAX; version++) {
    expect(parametersOf(version)).toBeDefined();
  }
  expect(parametersOf(0n)).toBeUndefined();
  expect(parametersOf(PROTOCOL_VERSION_MAX + 1n)).toBeUndefined();
});

test("version 1 does not change any more", () => {
  expect<string>(parametersDigest(PARAMETERS_V1)).toBe(
    "46aaef6e0c6b65a732fd072da1d1e26bf1f9d595a4267ac38e179f697cf5b1f9",
  );
});

test("what a genesis overrides stays, the rest is of the version", () => {
  const small = parametersOf(1n, { target_embedding_dim: 16n, epoch_duration_ms: 60_000n });
  expect(small).toEqual({
    ...PARAMETERS_V1,
    target_embedding_dim: 16n,
    epoch_duration_ms: 60_000n,
  });
});
