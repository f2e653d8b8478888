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
    "c4c8b8200c0ef0d8f5aec5a4713c4a432fdb48f86371394334e18ef13cb4cdd3",
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
