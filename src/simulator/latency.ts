/**
 * How long commits take, in units of the one-way delay between nodes: the time from the making of a
 * block to its commit at every running node. Three delays are the least for the block of a leader:
 * the block itself, the votes for it, the certificates of those.
 *
 * @module
 */
import { assert } from "../base/assert.ts";
import { Prng } from "../base/prng.ts";
import { decode } from "../bcs/schema.ts";
import type { NodeOutput } from "../node/io.ts";
import { CONSENSUS_LIMITS } from "../protocol/limits.ts";
import type { Digest } from "../types/address.ts";
import { decodeSignedBlock } from "../types/block.ts";
import { commit as commitCodec } from "../types/commit.ts";
import { setUp } from "./setup.ts";
import { World } from "./world.ts";

/** What to measure. */
export type LatencyOptions = {
  readonly validators: number;
  /** Validators that never start. */
  readonly crashed: number;
  readonly delayMs: number;
  readonly seconds: number;
};

/** In delays, one for each block and each node that commits it. */
export type LatencyReport = { readonly leaders: number[]; readonly blocks: number[] };

const START_MS = 1_767_225_600_000;
/** Delays differ by a tenth, so that nothing arrives at the same moment. */
const JITTER = 0.1;
/** A leader is waited for as in a real network whose delay is a fifth of the timeout. */
const TIMEOUT_DELAYS = 5;
/** What is made while nodes still connect does not count. */
const WARM_UP_DELAYS = 10;

/** Runs a network and measures its commits. */
export function measureLatency(options: LatencyOptions): LatencyReport {
  const report: LatencyReport = { leaders: [], blocks: [] };
  const made = new Map<Digest, number>();
  const world = openWorld(options, (output, timeMs) => {
    if (output.kind === "PersistBlocks") noteBlocks(output, made);
    if (output.kind === "PersistCommits") noteCommits(output, timeMs);
  });
  const countedFromMs = START_MS + WARM_UP_DELAYS * options.delayMs;
  const running = world.nodes.slice(options.crashed);
  for (const node of running) world.start(node);
  world.clock.run(options.seconds * 1_000);
  return report;

  function noteCommits(
    { commits }: Extract<NodeOutput, { kind: "PersistCommits" }>,
    timeMs: number,
  ): void {
    for (const { bytes } of commits) {
      const decoded = decode(commitCodec, bytes);
      assert(decoded.ok, "a commit decodes");
      const { leader, blocks } = decoded.value;
      for (const { digest } of blocks) {
        const madeMs = made.get(digest) ?? 0;
        if (madeMs < countedFromMs) continue;
        const delays = (timeMs - madeMs) / options.delayMs;
        report.blocks.push(delays);
        if (digest === leader.digest) report.leaders.push(delays);
      }
    }
  }
}

function noteBlocks(
  { blocks }: Extract<NodeOutput, { kind: "PersistBlocks" }>,
  made: Map<Digest, number>,
): void {
  for (const { ref, bytes } of blocks) {
    if (made.has(ref.digest)) continue;
    const decoded = decodeSignedBlock(bytes);
    assert(decoded.ok, "a block decodes");
    made.set(ref.digest, Number(decoded.value.block.timestamp_ms));
  }
}

function openWorld(
  { validators, delayMs, seconds }: LatencyOptions,
  onOrder: (output: NodeOutput, timeMs: number) => void,
): World {
  const limits = {
    ...CONSENSUS_LIMITS,
    roundDelayMs: delayMs,
    idleRoundsMin: Number.MAX_SAFE_INTEGER,
    leaderTimeoutExtraMs: TIMEOUT_DELAYS * delayMs,
  };
  const epochDurationMs = 2 * seconds * 1_000;
  const sizes = { accounts: 1, coinsPerAccount: 1, epochDurationMs, startMs: START_MS, limits };
  const { nodes, genesis } = setUp(new Prng(validators), { validators, ...sizes });
  const latency = {
    minMs: delayMs * (1 - JITTER),
    maxMs: delayMs * (1 + JITTER),
    tailChance: 0,
    tailMs: 0,
  };
  const parts = { seed: validators, startMs: START_MS, nodes, genesis, latency, verifyChance: 0 };
  return new World({ ...parts, onOrder });
}
