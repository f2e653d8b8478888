/**
 * Whom the fetcher asks for missing blocks, how often, and when it stops.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { BlockManager } from "../../src/consensus/block-manager.ts";
import { Dag } from "../../src/consensus/dag.ts";
import { Fetcher } from "../../src/consensus/fetch.ts";
import type { Output } from "../../src/consensus/io.ts";
import { Requests } from "../../src/consensus/requests.ts";
import { blockOf, nameOf, parseDag } from "./dag-dsl.ts";
import { genesisOf, limitsWith, testCommittee } from "./fixtures.ts";

const committee = testCommittee(4);
const drawn = parseDag(committee, "1: *\n2: *\n3: *");
const NONE_HELD = (): boolean => false;

class Desk {
  readonly manager: BlockManager;
  readonly requests: Requests;
  readonly fetcher: Fetcher;

  constructor(peers: readonly number[], fetchBlocksMax: number = 32) {
    const limits = limitsWith({ fetchBlocksMax });
    this.manager = new BlockManager(new Dag(genesisOf(committee)), 4, 100);
    this.requests = new Requests(4, limits.fetchesPerPeerMax);
    this.fetcher = new Fetcher(this.manager, this.requests, limits);
    for (const peer of peers) this.requests.connect(peer);
  }

  offer(name: string, source: number, nowMs: number): void {
    this.manager.offer(blockOf(drawn, name), source, nowMs);
  }

  poll(nowMs: number, held: (name: string) => boolean = NONE_HELD): string[] {
    return this.fetcher.poll(nowMs, ({ ref }) => held(nameOf(drawn, ref))).map(inWords);
  }
}

function inWords(output: Output): string {
  if (output.kind !== "Fetch") return output.kind;
  const names = output.query.refs.map((ref) => nameOf(drawn, ref));
  return `${output.request}: ask ${output.from} for ${names.join(" ")}`;
}

describe("fetching missing blocks", () => {
  test("asks whoever sent the child first", () => {
    const desk = new Desk([1, 2, 3]);
    desk.offer("C2", 2, 0);
    expect(desk.poll(0)).toEqual(["1: ask 2 for C1 A1 B1 D1"]);
    expect(desk.poll(1)).toEqual([]);
  });

  test("asks a second peer when the first takes long, and then no third", () => {
    const desk = new Desk([1, 2, 3]);
    desk.offer("C2", 2, 0);
    desk.poll(0);
    expect(desk.poll(499)).toEqual([]);
    expect(desk.poll(500)).toEqual(["2: ask 3 for C1 A1 B1 D1"]);
    expect(desk.poll(1_000)).toEqual([]);
    expect(desk.poll(1_900)).toEqual([]);
  });

  test("goes round the peers, more slowly each time", () => {
    const desk = new Desk([1, 2, 3]);
    desk.offer("C2", 2, 0);
    const asked: string[] = [];
    const times: number[] = [];
    for (let nowMs = 0; nowMs < 6_000; nowMs += 10) {
      for (const words of desk.poll(nowMs)) {
        asked.push(words.slice(words.indexOf("ask"), words.indexOf(" for")));
        times.push(nowMs);
        desk.fetcher.settle(desk.requests.close(asked.length)!, nowMs);
      }
    }
    expect(asked.slice(0, 5)).toEqual(["ask 2", "ask 3", "ask 1", "ask 1", "ask 2"]);
    const pauses = times.slice(1).map((time, index) => time - times[index]!);
    expect(pauses.slice(0, 3)).toEqual([100, 200, 400]);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(2_010);
  });

  test("forgets what has come", () => {
    const desk = new Desk([1, 2, 3]);
    desk.offer("C2", 2, 0);
    desk.poll(0);
    for (const name of ["A1", "B1", "C1"]) desk.offer(name, 2, 10);
    desk.fetcher.settle(desk.requests.close(1)!, 10);
    expect(desk.poll(200)).toEqual(["2: ask 3 for D1"]);
  });

  test("keeps to the size of a question and asks for the rest next", () => {
    const desk = new Desk([1, 2, 3], 3);
    desk.offer("C2", 2, 0);
    expect(desk.poll(0)).toEqual(["1: ask 2 for C1 A1 B1"]);
    expect(desk.fetcher.nextMs).toBe(0);
    expect(desk.poll(1)).toEqual(["2: ask 2 for D1"]);
  });

  test("does not ask for blocks that are here but early", () => {
    const desk = new Desk([1, 2, 3]);
    desk.offer("C2", 2, 0);
    expect(desk.poll(0, (name) => name === "A1")).toEqual(["1: ask 2 for C1 B1 D1"]);
    expect(desk.poll(2_000)).toContain("3: ask 2 for A1");
  });

  test("waits while nobody is connected and goes on with the first who is", () => {
    const desk = new Desk([]);
    desk.offer("C2", 2, 0);
    expect(desk.poll(0)).toEqual([]);
    expect(desk.fetcher.nextMs).toBe(2_000);
    desk.requests.connect(3);
    desk.fetcher.wake(100);
    expect(desk.poll(100)).toEqual(["1: ask 3 for C1 A1 B1 D1"]);
  });

  test("waking asks nobody twice", () => {
    const desk = new Desk([1, 2]);
    desk.offer("C2", 2, 0);
    desk.poll(0);
    desk.fetcher.wake(10);
    expect(desk.poll(10)).toEqual([]);
  });

  test("has nothing to do when nothing is missing", () => {
    const desk = new Desk([1]);
    expect(desk.fetcher.nextMs).toBeUndefined();
    expect(desk.poll(0)).toEqual([]);
  });
});
