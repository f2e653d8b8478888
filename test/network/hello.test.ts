/**
 * The first frame of a connection: what passes, and that nothing else does.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { checkHello, encodeHello, HELLO_BYTES_MAX } from "../../src/network/hello.ts";

const HELLO = { chain_id: "0a".repeat(32), epoch: 3n, network_key: "0b".repeat(32) };
const EXPECTED = { chainId: HELLO.chain_id, networkKey: HELLO.network_key };

test("a hello is read back", () => {
  const checked = checkHello(encodeHello(HELLO), EXPECTED);
  expect(checked.ok ? checked.value : checked.error).toEqual(HELLO);
});

test("a hello fits in the first frame", () => {
  expect(encodeHello({ ...HELLO, epoch: 2n ** 64n - 1n }).length).toBeLessThan(HELLO_BYTES_MAX);
});

test("every truncation and a byte too many are malformed", () => {
  const bytes = encodeHello(HELLO);
  for (let size = 0; size < bytes.length; size++) {
    expect(checkHello(bytes.subarray(0, size), EXPECTED).ok).toBe(false);
  }
  expect(checkHello(new Uint8Array([...bytes, 0]), EXPECTED).ok).toBe(false);
});

test("a changed byte anywhere but in the epoch is refused", () => {
  const bytes = encodeHello(HELLO);
  const accepted: number[] = [];
  for (let index = 0; index < bytes.length; index++) {
    const changed = bytes.slice();
    changed[index] = changed[index]! ^ 0x80;
    if (checkHello(changed, EXPECTED).ok) accepted.push(index);
  }
  expect(accepted).toEqual([42, 43, 44, 45, 46, 47, 48, 49]);
});
