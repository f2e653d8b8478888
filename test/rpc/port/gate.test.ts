/**
 * How many connections are taken, which protocol they speak, and whose requests never begin.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Gate } from "../../../src/rpc/port/gate.ts";
import { RequestWatch } from "../../../src/rpc/port/request-watch.ts";
import { sniff } from "../../../src/rpc/port/sniff.ts";

test("one address has its share, all together have theirs, and who leaves makes room", () => {
  const gate = new Gate({ connectionsMax: 3, perAddressMax: 2 });
  expect(["a", "a", "a", "b", "c"].map((address) => gate.enter(address))).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  gate.leave("a");
  expect([gate.open, gate.enter("c")]).toEqual([2, true]);
});

test("a head that began is late after its time, and a request that is answered is not", () => {
  const watch = new RequestWatch();
  expect(watch.isLate(1_000, 10)).toBe(false);
  watch.hear(0);
  watch.hear(9);
  expect([watch.isLate(10, 10), watch.isLate(11, 10)]).toEqual([false, true]);
  watch.begin();
  watch.hear(20);
  expect(watch.isLate(99, 10)).toBe(false);
  watch.end();
  expect(watch.isLate(99, 10)).toBe(false);
  watch.hear(100);
  expect(watch.isLate(111, 10)).toBe(true);
});

test.each([
  ["", undefined],
  ["P", undefined],
  ["PR", undefined],
  ["PRI", "Http2"],
  ["PRI * HTTP/2.0\r\n", "Http2"],
  ["G", "Http1"],
  ["PO", "Http1"],
  ["PRO", "Http1"],
  ["\0", "Http1"],
] as const)("%p is %p", (text, protocol) => {
  expect(sniff(new TextEncoder().encode(text))).toBe(protocol);
});
