/**
 * Which models a target lists. Draws by stake bring in candidates in proportion to what is staked
 * on them, however an owner splits it; the nearest of these to the target compete. The table to
 * draw from is made at epoch changes, so a draw costs the same however many models there are.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { compareText, readU64le, u64le, utf8 } from "../../base/bytes.ts";
import { blake2b256 } from "../../crypto/digest.ts";
import type { ObjectId } from "../../types/address.ts";
import { type ContentOf, MODEL_INDEX_ID, modelEntryId, ROUTING_ID } from "../../types/entry.ts";
import type { RoutingRow } from "../../types/network-entry.ts";
import { cosineDistance } from "../float.ts";
import type { View } from "../view.ts";

type Candidates = Map<ObjectId, ContentOf<"Model">>;

const DOMAIN = utf8("soma.model-draw.v1");
const DRAWS_MAX = 64;
const DRAWS_PER_MODEL = 2;
/** When draws bring too few: rows looked at from the lowest id on. */
const ROWS_MAX = 256;
/** Farther than any vector is. */
const NO_DISTANCE = 3;

/** How many models can be drawn now. */
export function drawableModels(view: View): number {
  const { withdrawn } = view.get("ModelIndex", MODEL_INDEX_ID);
  return view.get("Routing", ROUTING_ID).rows.length - Number(withdrawn);
}

/** The up to `count` models of a target: by age of their weights, then by id. */
export function drawModels(
  view: View,
  seed: bigint,
  target: Float32Array,
  count: number,
): readonly ObjectId[] {
  const candidates = drawCandidates(view, seed, count);
  const near = [...candidates].map(([id, model]) => ({ id, model, distance: far(model, target) }));
  near.sort((left, right) => left.distance - right.distance || compareText(left.id, right.id));
  const chosen = near.slice(0, count);
  chosen.sort((left, right) => age(left.model, right.model) || compareText(left.id, right.id));
  return chosen.map(({ id }) => id);
}

function drawCandidates(view: View, seed: bigint, count: number): Candidates {
  const { rows } = view.get("Routing", ROUTING_ID);
  const wanted = Math.min(count, drawableModels(view));
  const total = rows.at(-1)?.cumulative_stake ?? 0n;
  const found: Candidates = new Map();
  const draws = total > 0n ? DRAWS_MAX : 0;
  for (let draw = 0; draw < draws; draw++) {
    if (draw >= DRAWS_PER_MODEL * count && found.size >= wanted) break;
    consider(view, rowAt(rows, drawPoint(seed, draw) % total), found);
  }
  for (let index = 0; index < ROWS_MAX && found.size < wanted; index++) {
    const row = rows[index];
    if (row === undefined) break;
    consider(view, row, found);
  }
  return found;
}

function consider(view: View, { model_id }: RoutingRow, found: Candidates): void {
  if (found.has(model_id)) return;
  const model = view.get("Model", modelEntryId(model_id));
  if (model.phase.kind === "Active") found.set(model_id, model);
}

function drawPoint(seed: bigint, draw: number): bigint {
  return readU64le(blake2b256(DOMAIN, u64le(seed), u64le(BigInt(draw))));
}

/** The first row whose cumulative stake is above the point, or the last. */
export function rowAt(rows: readonly RoutingRow[], point: bigint): RoutingRow {
  // Halves of all amounts there can be are exact in f64, and lie side by side in memory; the last
  // steps compare the amounts themselves.
  const halves = halvesOf(rows);
  const half = Number(point >> 1n);
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (halves[middle]! >= half) high = middle;
    else low = middle + 1;
  }
  while (low < rows.length - 1 && rows[low]!.cumulative_stake <= point) low++;
  return present(rows[low], "a row");
}

// Cache: a pure function of rows that never change. A table is drawn from for a whole epoch.
const halvesByRows = new WeakMap<readonly RoutingRow[], Float64Array>();

function halvesOf(rows: readonly RoutingRow[]): Float64Array {
  const known = halvesByRows.get(rows);
  if (known !== undefined) return known;
  const halves = Float64Array.from(rows, ({ cumulative_stake: stake }) => Number(stake >> 1n));
  halvesByRows.set(rows, halves);
  return halves;
}

function far({ current }: ContentOf<"Model">, target: Float32Array): number {
  const embedding = present(current, "weights in force").embedding.values;
  return cosineDistance(embedding, target) ?? NO_DISTANCE;
}

function age(left: ContentOf<"Model">, right: ContentOf<"Model">): number {
  return Number(left.current_from - right.current_from);
}
