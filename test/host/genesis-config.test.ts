/**
 * The genesis file of founders: it reads back as it was, and what is wrong is named by its field.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { formatGenesisConfig, parseGenesisConfig } from "../../src/host/genesis-config.ts";
import { buildGenesis } from "../../src/ledger/genesis/build.ts";
import { scalarTensor } from "../../src/types/tensor.ts";
import { testConfig } from "../ledger/fixtures.ts";

const config = testConfig({
  overrides: {
    ...testConfig().overrides,
    epoch_duration_ms: 60_000n,
    target_initial_distance_threshold: scalarTensor(0.75),
  },
});
const text = formatGenesisConfig(config);

function faultOf(altered: string): string {
  const read = parseGenesisConfig(altered);
  return read.ok ? "none" : read.error;
}

describe("a genesis file", () => {
  test("reads back as it was, to the digest of the chain", () => {
    const read = parseGenesisConfig(text);
    if (!read.ok) throw new Error(read.error);
    expect(read.value).toEqual(config);
    const [one, two] = [buildGenesis(config), buildGenesis(read.value)];
    expect(two.ok && two.value.summary).toEqual(one.ok && one.value.summary);
  });

  test("names what is wrong by its field", () => {
    const spoil = (pattern: RegExp, by: string): string => faultOf(text.replace(pattern, by));
    expect(spoil(/chain_start_ms: \d+/, "chain_start_ms: soon")).toStartWith("chain_start_ms: ");
    expect(spoil(/commission_rate: 200/, "commission_rate: 10001")).toContain(
      "validators[0].commission_rate",
    );
    expect(spoil(/recipient: "0x../, `recipient: "0xzz`)).toStartWith("allocations.0.recipient: ");
    expect(spoil(/amount: \d+/, `amount: ${2n ** 64n}`)).toStartWith("allocations.0.amount: ");
    expect(spoil(/size: 1000/, "size: 1e3")).toStartWith("models.0.manifest.metadata.size: ");
    expect(spoil(/^validators:/m, "founders:")).not.toBe("none");
    expect(faultOf("validators: [")).not.toBe("none");
    expect(faultOf("")).not.toBe("none");
    expect(faultOf("a: &x [1]\nb: *x")).not.toBe("none");
  });

  test("gives out at most all there is", () => {
    const rich = formatGenesisConfig(
      testConfig({ allocations: [{ ...testConfig().allocations[0]!, amount: 10n ** 16n + 1n }] }),
    );
    expect(faultOf(rich)).toContain("shannons");
  });
});
