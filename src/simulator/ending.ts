/**
 * How a run must end. Once the faults are over, in time nobody waits for anything, every honest
 * node has the same chain and the same state, all the money is there, what clients were told is
 * true, and every honest validator takes part again.
 *
 * @module
 */
import { LiveSet } from "../checkpoint/live-set.ts";
import { sumValue } from "../ledger/conservation.ts";
import type { Digest } from "../types/address.ts";
import { TOTAL_SUPPLY } from "../types/coin.ts";
import { stateDigest } from "../types/entry.ts";
import { InvariantError } from "./checker.ts";
import type { SimNode } from "./sim-node.ts";
import type { WorkloadReport } from "./workload.ts";
import type { World } from "./world.ts";

const STEP_MS = 1_000;
/** An authority that is further behind in an epoch than this does not take part. */
const ROUNDS_APART_MAX = 20;

/** Runs the world until it is at rest, for `patienceMs` at most, and looks at it then. */
export function checkEnding(world: World, report: WorkloadReport, patienceMs: number): void {
  const endMs = world.clock.timeMs + patienceMs;
  let unrest: string | undefined = "nothing has happened";
  while (unrest !== undefined) {
    if (world.clock.timeMs > endMs) throw new InvariantError(`no rest: ${unrest}`);
    world.clock.run(STEP_MS);
    unrest = findUnrest(world, report);
  }
  for (const node of world.honest) {
    checkState(world, node);
    checkAnswers(world, node, report);
  }
}

// Liveness: all of this must become true and stay so.
function findUnrest(world: World, report: WorkloadReport): string | undefined {
  const tips = world.honest.map(({ disk }) => disk.height);
  if (new Set(tips).size > 1) return `nodes are apart: heights ${tips.join(" ")}`;
  if (report.open > 0) return `${report.open} calls have no answer`;
  return (
    findSeatless(world) ??
    findAbsent(world) ??
    findSuspended(world) ??
    world.honest.map(findLeftover).find((found) => found !== undefined)
  );
}

// Whoever is in the committee, by the key of its connections, takes part.
function findSeatless({ honest }: World): string | undefined {
  const seatless = honest.find(({ node }) => node?.epoch.setting.lacksKeys);
  return seatless && `node ${seatless.index} has a seat and does not take it`;
}

function findAbsent(world: World): string | undefined {
  const rounds = world.honest.flatMap((node) => {
    const round = node.node?.consensus?.own.ref.round;
    return round === undefined ? [] : [{ node, round }];
  });
  const highest = Math.max(0, ...rounds.map(({ round }) => round));
  const absent = rounds.find(({ round }) => round < highest - ROUNDS_APART_MAX);
  if (absent === undefined) return undefined;
  return `node ${absent.node.index} is in round ${absent.round} of ${highest}`;
}

// A traitor may name blocks that do not exist, until they are collected.
function findSuspended({ honest, traitors }: World): string | undefined {
  if (traitors.size > 0) return undefined;
  const waiting = honest.find(({ node }) => (node?.consensus?.manager.waitingCount ?? 0) > 0);
  return waiting && `node ${waiting.index}: blocks wait for others`;
}

function findLeftover({ index, node }: SimNode): string | undefined {
  if (node === undefined) return `node ${index} is down`;
  const { mempool, requests, chain } = node;
  if (requests.size > 0) return `node ${index}: ${requests.size} calls wait`;
  if (mempool.size > 0) return `node ${index}: ${mempool.size} transactions in the mempool`;
  if (chain.pendingCount > 1) return `node ${index}: ${chain.pendingCount} checkpoints wait`;
  return undefined;
}

function checkState(world: World, node: SimNode): void {
  const { disk } = node;
  const { bundle, liveSet } = disk.last;
  const { end_of_epoch_data, epoch_rolling_transaction_fees: fees } = bundle.summary;
  const due = end_of_epoch_data === undefined ? fees.total_fee : 0n;
  const supply = sumValue(disk.liveObjects()) + due;
  if (supply !== TOTAL_SUPPLY) world.checker.fail(node, `${supply} shannons exist`);
  const changes = [...disk.liveObjects()].map((object) => {
    const { id, version } = object;
    return { id, before: undefined, after: { version, digest: stateDigest(object) } };
  });
  const recomputed = new LiveSet().with(changes).digest();
  if (recomputed !== LiveSet.fromBytes(liveSet).digest()) {
    world.checker.fail(node, "its objects are not those of the last checkpoint");
  }
}

function checkAnswers(world: World, node: SimNode, { final, twins }: WorkloadReport): void {
  const { reader } = node.disk;
  const lost = final.find((digest) => reader.execution(digest) === undefined);
  if (lost !== undefined) world.checker.fail(node, `lost ${lost}, which is final`);
  const isExecuted = (digest: Digest): boolean => reader.execution(digest) !== undefined;
  const both = twins.find((pair) => pair.every(isExecuted));
  if (both !== undefined) world.checker.fail(node, `spent a coin twice: ${both.join(" and ")}`);
}
