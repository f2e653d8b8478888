/**
 * Read masks: what they select, and what they are refused for.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { create } from "@bufbuild/protobuf";

import {
  CheckpointSchema,
  EpochSchema,
  ObjectSchema,
} from "../../../src/wire/generated/soma_pb.js";
import { applyMask, maskKey, parseMask, selects, under } from "../../../src/wire/grpc/mask.ts";

function maskOf(schema: Parameters<typeof parseMask>[0], ...paths: string[]) {
  const mask = parseMask(schema, paths);
  if (!mask.ok) throw new Error(mask.error);
  return mask.value;
}

test("a path selects a field, a path to a message all of it", () => {
  const mask = maskOf(CheckpointSchema, "transactions.digest", "summary");
  expect(selects(mask, "summary")).toBe(true);
  expect(selects(mask, "contents")).toBe(false);
  expect(under(mask, "summary")).toBe("All");
  expect([...(under(mask, "transactions") as Map<string, unknown>).keys()]).toEqual(["digest"]);
});

test("what is selected twice is selected as a whole if one of them says so", () => {
  expect(under(maskOf(CheckpointSchema, "summary.epoch", "summary"), "summary")).toBe("All");
  expect(under(maskOf(CheckpointSchema, "summary", "summary.epoch"), "summary")).toBe("All");
  expect(maskOf(CheckpointSchema, "digest", "*")).toBe("All");
});

test("what is not selected is taken away, in lists too", () => {
  const message = create(CheckpointSchema, {
    sequenceNumber: 0n,
    digest: "d",
    summary: { epoch: 0n, digest: "s" },
    transactions: [
      { digest: "a", checkpoint: 1n },
      { digest: "b", checkpoint: 2n },
    ],
  });
  const mask = maskOf(CheckpointSchema, "sequence_number", "transactions.digest", "summary.epoch");
  expect(applyMask(CheckpointSchema, mask, message)).toEqual(
    create(CheckpointSchema, {
      sequenceNumber: 0n,
      summary: { epoch: 0n },
      transactions: [{ digest: "a" }, { digest: "b" }],
    }),
  );
});

test.each([
  ["nonsense"],
  [""],
  ["objectId"],
  ["owner.nonsense"],
  ["version.more"],
  ["owner..kind"],
  ["x".repeat(300)],
  ["constructor"],
  ["__proto__"],
])("the path %p is refused", (path) => {
  const mask = parseMask(ObjectSchema, [path]);
  expect(mask.ok ? "taken" : mask.error).toStartWith("path `");
});

test("a map is selected as a whole or not at all", () => {
  expect(parseMask(EpochSchema, ["protocol_config.attributes"]).ok).toBe(true);
  expect(parseMask(EpochSchema, ["protocol_config.attributes.base_fee"]).ok).toBe(false);
});

test("equal masks have equal keys, whatever their order", () => {
  const one = maskOf(CheckpointSchema, "summary.epoch", "digest", "summary.digest");
  const other = maskOf(CheckpointSchema, "digest", "summary.digest", "summary.epoch");
  expect(maskKey(one)).toBe(maskKey(other));
  expect(maskKey(one)).not.toBe(maskKey(maskOf(CheckpointSchema, "digest")));
});
