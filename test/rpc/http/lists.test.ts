/**
 * The lists of a node: what an address holds and did, targets by what can be done with them, and
 * models. Pages put together are the list, and a cursor is good for its own list only.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";

import { formatAddress, formatObjectId } from "../../../src/types/text.ts";
import { SOMA } from "../../ledger/fixtures.ts";
import { submissionTo } from "../../ledger/lifecycle.ts";
import { ALICE, BOB, type Json, NOBODY, Surface, transfer } from "../surface.ts";

const surface = new Surface();
const { world } = surface.chain;
const alice = `/v1/addresses/${formatAddress(ALICE.address)}`;

beforeAll(() => {
  for (const amount of [1n, 2n, 3n]) {
    surface.chain.execute(transfer(surface, ALICE, BOB.address, amount * SOMA));
  }
});
afterAll(() => surface.close());

/** Every row of a list, read in pages of `limit`. */
async function rows(path: string, limit: number): Promise<readonly Json[]> {
  const all: Json[] = [];
  const separator = path.includes("?") ? "&" : "?";
  for (let cursor = ""; ;) {
    const page = await surface.read(`${path}${separator}limit=${limit}${cursor}`);
    const { data, next_cursor: next } = page as { data: Json[]; next_cursor: string | null };
    expect(data.length).toBeLessThanOrEqual(limit);
    all.push(...data);
    if (next === null) return all;
    cursor = `&cursor=${next}`;
  }
}

describe("an address", () => {
  test("its balance is the sum of its coins", async () => {
    const held = world.balance(ALICE.address);
    expect(await surface.read(`${alice}/balance`)).toEqual({
      address: formatAddress(ALICE.address),
      total_balance: `${held}`,
      coin_count: 3,
    });
  });

  test("one that nobody knows holds nothing", async () => {
    const nobody = `/v1/addresses/${formatAddress(NOBODY.address)}`;
    const balance = await surface.read(`${nobody}/balance`);
    expect(balance).toMatchObject({ total_balance: "0", coin_count: 0 });
    for (const list of ["objects", "transactions"]) {
      expect(await surface.read(`${nobody}/${list}`)).toEqual({ data: [], next_cursor: null });
    }
  });

  test("its objects come richest first, in pages of any size", async () => {
    const whole = await rows(`${alice}/objects?type=Coin`, 1_000);
    const balances = whole.map(({ content }) => BigInt(String((content as Json)["balance"])));
    expect(balances).toEqual(balances.toSorted((a, b) => (a > b ? -1 : 1)));
    expect(whole).toHaveLength(3);
    for (const limit of [1, 2]) {
      expect(await rows(`${alice}/objects?type=Coin`, limit)).toEqual([...whole]);
    }
    expect(await rows(`${alice}/objects?type=StakedSoma`, 10)).toEqual([]);
  });

  test("its transactions come newest first", async () => {
    const found = await rows(`${alice}/transactions`, 2);
    const checkpoints = found.map(({ checkpoint }) => Number(checkpoint));
    expect(checkpoints.slice(0, 3)).toEqual([3, 2, 1]);
    expect(found[0]).toMatchObject({ kind: "TransferCoin", sender: formatAddress(ALICE.address) });
    const [first] = await rows(`/v1/addresses/${formatAddress(BOB.address)}/transactions`, 2);
    expect(first).toEqual(found[0]);
  });

  test.each([
    ["/v1/addresses/0x12/balance", "address"],
    [`${alice}/objects?type=Target`, "type"],
    [`${alice}/objects?limit=0`, "limit"],
    [`${alice}/objects?limit=1001`, "limit"],
    [`${alice}/transactions?limit=ten`, "limit"],
    [`${alice}/objects?cursor=abc`, "cursor"],
    [`${alice}/objects?cursor=${"a".repeat(1_025)}`, "cursor"],
    [`${alice}/balance?coin=1`, "coin"],
  ])("%s is malformed", async (path, field) => {
    expect(await surface.problem(path)).toMatchObject({ status: 400, errors: [{ field }] });
  });

  test("the cursor of one list is refused by every other", async () => {
    const { next_cursor: cursor } = await surface.read(`${alice}/objects?type=Coin&limit=1`);
    const bob = formatAddress(BOB.address);
    for (const path of [
      `${alice}/objects`,
      `${alice}/transactions`,
      `/v1/addresses/${bob}/objects?type=Coin`,
      "/v1/targets",
      "/v1/models",
    ]) {
      const separator = path.includes("?") ? "&" : "?";
      const problem = await surface.problem(`${path}${separator}cursor=${String(cursor)}`);
      expect(problem).toMatchObject({ status: 400, errors: [{ field: "cursor" }] });
    }
  });
});

describe("models", () => {
  test("the list and each of it", async () => {
    const whole = await rows("/v1/models", 1);
    expect(whole).toHaveLength(3);
    for (const model of whole) {
      expect(await surface.read(`/v1/models/${String(model["model_id"])}`)).toEqual(model);
    }
  });

  test("one that is not there, and one that is malformed", async () => {
    const id = formatObjectId(world.coin(ALICE.address).object_id);
    const missing = await surface.problem(`/v1/models/${id}`);
    expect(missing).toMatchObject({ status: 404, code: "model_not_found" });
    const bad = await surface.problem("/v1/models/prose");
    expect(bad).toMatchObject({ status: 400, errors: [{ field: "id" }] });
  });
});

describe("targets", () => {
  test("move from open over filled to claimable; those that nobody fills expire", async () => {
    const open = await rows("/v1/targets?status=open", 3);
    expect(open.length).toBeGreaterThan(1);
    const id = world.list("Target")[0]!.id;
    const bond = world.coin(ALICE.address, 1);
    const sent = surface.chain.execute(surface.data(ALICE, submissionTo(world, id, bond)));
    expect(sent.executed.effects.status.kind).toBe("Success");
    const submitter = `submitter=${formatAddress(ALICE.address)}`;
    const [filled, ...others] = await rows(`/v1/targets?status=filled&${submitter}`, 10);
    expect(others).toEqual([]);
    expect(filled).toMatchObject({ target_id: formatObjectId(id), fill_epoch: 0 });
    expect(filled).toMatchObject({ status: "filled", claimable_epoch: 2 });
    surface.chain.endEpoch();
    expect(await rows(`/v1/targets?status=claimable&${submitter}`, 10)).toEqual([]);
    // The target that was filled has made room for a new one.
    expect(await rows("/v1/targets?status=expired", 2)).toHaveLength(open.length);
    surface.chain.endEpoch();
    const [claimable] = await rows(`/v1/targets?status=claimable&${submitter}`, 10);
    expect(claimable).toMatchObject({ target_id: formatObjectId(id), status: "claimable" });
    expect(await surface.read(`/v1/targets/${formatObjectId(id)}`)).toEqual(claimable!);
    const fresh = await rows("/v1/targets?status=open", 50);
    expect(new Set(fresh.map(({ generation_epoch: epoch }) => epoch))).toEqual(new Set([2]));
  });

  test("by the epoch that made them", async () => {
    const first = await rows("/v1/targets?epoch=0", 2);
    expect(first.every(({ generation_epoch: epoch }) => epoch === 0)).toBe(true);
    expect(first.length).toBeGreaterThan(0);
    expect(await rows("/v1/targets?epoch=99", 2)).toEqual([]);
  });

  test("pages of every filter are the whole list", async () => {
    for (const filter of ["", "?status=open", "?status=expired", "?status=claimable"]) {
      const whole = await rows(`/v1/targets${filter}`, 1_000);
      expect(await rows(`/v1/targets${filter}`, 1)).toEqual([...whole]);
    }
  });

  test.each([
    ["/v1/targets?status=lost", "status"],
    ["/v1/targets?epoch=-1", "epoch"],
    ["/v1/targets?submitter=alice", "submitter"],
    ["/v1/targets/0x1", "id"],
  ])("%s is malformed", async (path, field) => {
    expect(await surface.problem(path)).toMatchObject({ status: 400, errors: [{ field }] });
  });

  test("a coin is no target", async () => {
    const id = formatObjectId(world.coin(ALICE.address).object_id);
    const problem = await surface.problem(`/v1/targets/${id}`);
    expect(problem).toMatchObject({ status: 404, code: "target_not_found" });
  });
});
