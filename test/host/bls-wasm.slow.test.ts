/**
 * A thousand random groups of keys, by which the faster BLS was admitted.
 *
 * @module
 */
import { test } from "bun:test";

import { loadWasmBls } from "../../src/host/bls-wasm.ts";
import { expectEqualOnRandomInput } from "./bls-equal.ts";

test("BLS in WebAssembly equals the pure one on 1,000 random groups", async () => {
  expectEqualOnRandomInput(await loadWasmBls(), 1_000);
}, 600_000);
