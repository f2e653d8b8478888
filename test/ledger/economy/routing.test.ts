/**
 * Drawing models: in proportion to stake however it is split, the nearest of those drawn, and never
 * one that was taken out.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import fc from "fast-check";

import { normalArray } from "../../../src/crypto/normal.ts";
import { retireModel } from "../../../src/ledger/economy/models.ts";
import { drawableModels, drawModels, placeOf } from "../../../src/ledger/economy/routing.ts";
import { cosineDistance } from "../../../src/ledger/float.ts";
import { View } from "../../../src/ledger/view.ts";
import { deriveObjectId, type ObjectId } from "../../../src/types/address.ts";
import { modelEntryId, ROUTING_ID } from "../../../src/types/entry.ts";
import { vectorTensor } from "../../../src/types/tensor.ts";
import { digestFrom, genesisModel, SOMA } from "../fixtures.ts";
import { World } from "../world.ts";

/** A view of a network with one model for each stake, and the ids in the order of the table. */
function withStakes(stakes: readonly bigint[]): { readonly view: View; readonly ids: ObjectId[] } {
  const models = stakes.map((stake, place) => ({
    ...genesisModel(`model-${place}`, stake),
    embedding: vectorTensor(normalArray(BigInt(place) + 1n, 16)),
  }));
  const view = new View(new World({ models }), digestFrom("transaction"));
  return { view, ids: view.get("Routing", ROUTING_ID).rows.map(({ model_id }) => model_id) };
}

function draw(view: View, seed: number, count = 3): readonly ObjectId[] {
  return drawModels(view, BigInt(seed), normalArray(BigInt(seed) + 1_000n, 16), count);
}

/** How many of `draws` targets list each model. */
function tally(view: View, draws: number): Map<ObjectId, number> {
  const counts = new Map<ObjectId, number>();
  for (let seed = 0; seed < draws; seed++) {
    for (const id of draw(view, seed)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function ownerName(view: View, id: ObjectId): string {
  return view.get("Model", modelEntryId(id)).current?.manifest.url.split("/").at(-1) ?? "";
}

describe("drawing models", () => {
  test("gives the same for the same seed, distinct ones, as many as there are at most", () => {
    const { view, ids } = withStakes([SOMA, SOMA, SOMA, SOMA, SOMA]);
    expect(draw(view, 7)).toEqual(draw(view, 7));
    expect(new Set(draw(view, 7)).size).toBe(3);
    expect(draw(view, 7, 5)).toHaveLength(5);
    expect(draw(view, 7, 9).toSorted()).toEqual(ids);
    expect(
      new Set(Array.from({ length: 20 }, (_, seed) => draw(view, seed).join())).size,
    ).toBeGreaterThan(3);
  });

  test("lists models of one age by id, older weights first", () => {
    const { view, ids } = withStakes([SOMA, SOMA, SOMA]);
    expect(draw(view, 1)).toEqual(ids);
    const [first] = ids as [ObjectId];
    view.update("Model", modelEntryId(first), { current_from: 3n });
    // Weights come into force with a new table.
    view.update("Routing", ROUTING_ID, { rows: [...view.get("Routing", ROUTING_ID).rows] });
    expect(draw(view, 1)).toEqual([...ids.slice(1), first]);
  });

  test("of two equals the nearer is listed three times in four", () => {
    const { view, ids } = withStakes([SOMA, SOMA]);
    const target = normalArray(1_001n, 16);
    const distance = (id: ObjectId): number =>
      cosineDistance(view.get("Model", modelEntryId(id)).current!.embedding.values, target)!;
    const [nearer] = ids.toSorted((left, right) => distance(left) - distance(right));
    let wins = 0;
    for (let seed = 0; seed < 400; seed++) {
      if (drawModels(view, BigInt(seed), target, 1)[0] === nearer) wins++;
    }
    expect(wins).toBeGreaterThan(260);
    expect(wins).toBeLessThan(340);
  });

  test("a tenth of the stake gets about a tenth of the places, split or not", () => {
    const others = Array.from({ length: 18 }, () => 5n * SOMA);
    const share = (own: readonly bigint[]): number => {
      const { view } = withStakes([...own, ...others]);
      const counts = tally(view, 600);
      let mine = 0;
      for (const [id, count] of counts) {
        if (Number(ownerName(view, id).split("-")[1]) < own.length) mine += count;
      }
      return mine / 1_800;
    };
    const whole = share([10n * SOMA]);
    const split = share([2n, 2n, 2n, 2n, 2n].map((part) => part * SOMA));
    // One model takes at most one place of a target, so the whole is a little below its share.
    for (const got of [whole, split]) {
      expect(got).toBeGreaterThan(0.05);
      expect(got).toBeLessThan(0.16);
    }
  });

  test("a model that is taken out is not drawn, and the others fill its place", () => {
    const { view, ids } = withStakes([1_000n * SOMA, SOMA, SOMA, SOMA]);
    const [rich] = [...tally(view, 30)].sort((left, right) => right[1] - left[1])[0]!;
    retireModel(view, rich, 1n);
    expect(drawableModels(view)).toBe(3);
    for (let seed = 0; seed < 20; seed++) {
      expect(draw(view, seed).toSorted()).toEqual(ids.filter((id) => id !== rich));
    }
    for (const id of ids) if (id !== rich) retireModel(view, id, 1n);
    expect(draw(view, 1)).toEqual([]);
  });

  test("costs the same with many models as with few", () => {
    const { view } = withStakes(Array.from({ length: 400 }, () => SOMA));
    let reads = 0;
    const counted = new View(
      {
        find: (id) => {
          reads++;
          const draft = view.find(id);
          const fields = { id, version: 1n, previous_transaction: digestFrom("before") };
          return draft && { ...fields, ...draft };
        },
      },
      digestFrom("transaction"),
    );
    draw(counted, 3);
    // The table, the index, and at most as many models as are drawn.
    expect(reads).toBeLessThanOrEqual(8);
  });
});

test("a point falls to the first row above it, whatever the stakes are", () => {
  const stakes = fc.oneof(fc.bigInt(0n, 3n), fc.bigInt(0n, 100n * SOMA));
  const table = fc.array(stakes, { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(table, fc.bigInt(0n, 10_000_000n * SOMA), (list, other) => {
      let cumulative_stake = 0n;
      const rows = list.map((stake, place) => ({
        model_id: modelEntryId(deriveObjectId(digestFrom("model"), place)),
        cumulative_stake: (cumulative_stake += stake),
      }));
      const points = [other % (cumulative_stake + 1n), cumulative_stake, other];
      for (const { cumulative_stake: edge } of rows)
        points.push(edge, edge + 1n, edge && edge - 1n);
      for (const point of points) {
        const above = rows.findIndex((row) => row.cumulative_stake > point);
        expect(placeOf(rows, point)).toBe(above < 0 ? rows.length - 1 : above);
      }
    }),
  );
});
