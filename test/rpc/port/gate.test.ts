/**
 * How many connections are taken, and who is behind one that was passed on.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Gate } from "../../../src/rpc/port/gate.ts";
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

test("a port of this machine is somebody's until it is forgotten", () => {
  const gate = new Gate();
  gate.pass(4_000, "192.0.2.1");
  expect(gate.addressOf(4_000)).toBe("192.0.2.1");
  gate.forget(4_000);
  expect(gate.addressOf(4_000)).toBeUndefined();
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
