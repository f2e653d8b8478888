/**
 * When a validator turns to the certified checkpoints of the others instead of its own.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { NODE_LIMITS } from "../../src/protocol/limits.ts";
import { network, NodeUnderTest, only, START_MS } from "./network.ts";

const setup = network();

/** Whether a validator that hears nothing asks for checkpoints after a while. */
function asksAfter(silenceMs: number): boolean {
  const node = new NodeUnderTest(setup, 0);
  node.step({ kind: "Connected", peer: setup.nodes[1]!.peer });
  node.step({ kind: "Timer" });
  const outputs = node.step({ kind: "Timer" }, START_MS + silenceMs);
  return only(outputs, "Send").some(({ message }) => message.kind === "Follow");
}

test("a validator that hears of no checkpoint for long looks for what it has missed", () => {
  expect(asksAfter(NODE_LIMITS.resendMs + 1)).toBe(false);
  expect(asksAfter(NODE_LIMITS.followStallMs)).toBe(false);
  expect(asksAfter(NODE_LIMITS.followStallMs + 1)).toBe(true);
});
