/**
 * Followers are sent each checkpoint once, a window ahead of what they have, and again from where
 * they ask again.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { Followers } from "../../src/node/followers.ts";
import type { NodeOutput } from "../../src/node/io.ts";
import { NODE_LIMITS } from "../../src/protocol/limits.ts";
import type { CheckpointBundle } from "../../src/types/bundle.ts";
import { network } from "./network.ts";

const WINDOW = Number(NODE_LIMITS.followWindow);
const { genesis } = network();

function bundle(sequence: bigint): CheckpointBundle {
  const { summary, ...rest } = genesis.bundle;
  return { ...rest, summary: { ...summary, sequence_number: sequence } };
}

/** Followers of a node that has `count` checkpoints. */
function followersOf(count: number): Followers {
  return new Followers({
    find: () => undefined,
    execution: () => undefined,
    blocks: () => [],
    commits: () => [],
    bundle: (sequence) => (sequence < BigInt(count) ? bundle(sequence) : undefined),
  });
}

function sequences(outputs: readonly NodeOutput[]): number[] {
  return outputs.flatMap((output) =>
    output.kind === "Send" && output.message.kind === "Checkpoint"
      ? [Number(output.message.bundle.summary.sequence_number)]
      : [],
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

test("a follower is sent what there is, and each new one as it comes", () => {
  const followers = followersOf(5);
  expect(sequences(followers.follow("a", 2n))).toEqual([2, 3, 4]);
  expect(sequences(followers.advance(bundle(5n)))).toEqual([5]);
  expect(sequences(followers.follow("a", 4n))).toEqual([]);
});

test("no more than a window ahead of what it has", () => {
  const followers = followersOf(1_000);
  expect(sequences(followers.follow("a", 0n))).toEqual(range(0, WINDOW));
  expect(sequences(followers.follow("a", 10n))).toEqual(range(WINDOW, WINDOW + 10));
});

test("a follower that asks again for the same has not got it", () => {
  const followers = followersOf(5);
  followers.follow("a", 2n);
  expect(sequences(followers.follow("a", 2n))).toEqual([2, 3, 4]);
  expect(sequences(followers.follow("a", 1n))).toEqual([1, 2, 3, 4]);
});

test("one that went away is forgotten", () => {
  const followers = followersOf(5);
  followers.follow("a", 2n);
  followers.drop("a");
  expect(sequences(followers.advance(bundle(5n)))).toEqual([]);
});
