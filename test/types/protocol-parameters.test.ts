/**
 * Parameters in bytes: what validators compare when they vote on a version.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { PARAMETERS_V1 } from "../../src/protocol/parameters.ts";
import {
  parametersDigest,
  type ProtocolParameters,
  protocolParameters,
} from "../../src/types/protocol-parameters.ts";
import { scalarTensor } from "../../src/types/tensor.ts";
import { expectStrict } from "../bcs/strict.ts";

test("parameters read back", () => {
  expectStrict(protocolParameters, PARAMETERS_V1);
});

test("no parameter can change without changing the digest", () => {
  const digests = new Set([parametersDigest(PARAMETERS_V1)]);
  const names = Object.keys(PARAMETERS_V1) as (keyof ProtocolParameters)[];
  for (const name of names) {
    const value = PARAMETERS_V1[name];
    const changed = typeof value === "bigint" ? value + 1n : scalarTensor(1.06);
    digests.add(parametersDigest({ ...PARAMETERS_V1, [name]: changed }));
  }
  expect(digests.size).toBe(names.length + 1);
});
