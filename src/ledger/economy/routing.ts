/**
 * Which models a target lists. Draws by stake bring in candidates in proportion to what is staked
 * on them, however an owner splits it; the nearest of these to the target compete. The table to
 * draw from is made at epoch changes, so a draw costs the same however many models there are.
 *
 * @module
 */
import { present } from "../../base/assert.ts";
import { readU64le, u64le, utf8 } from "../../base/bytes.ts";
import { blake2b256 } from "../../crypto/digest.ts";
import type { ObjectId } from "../../types/address.ts";
import { MODEL_INDEX_ID, modelEntryId, ROUTING_ID } from "../../types/entry.ts";
import type { RoutingRow } from "../../types/network-entry.ts";
import { measure, type Measured, measuredDistance } from "../float.ts";
import type { View } from "../view.ts";

/** A model that competes: since when with these weights, and what they are about. */
type Rival = Measured & { readonly since: bigint };

/** By their places in the table. */
type Candidates = Map<number, Rival>;

/** A table of models as it is quick to draw from. */
type Flat = {
  readonly halves: Float64Array;
  readonly entries: readonly ObjectId[];
  readonly rivals: (Rival | undefined)[];
  rivalBytes: number;
};

/** Where models are drawn: the table, and whether all of it still competes. */
type Field = {
  readonly view: View;
  readonly rows: readonly RoutingRow[];
  readonly isWhole: boolean;
};

const DOMAIN = utf8("soma.model-draw.v1");
const DRAWS_MAX = 64;
const DRAWS_PER_MODEL = 2;
/** When draws bring too few: rows looked at from the lowest id on. */
const ROWS_MAX = 256;
/** Embeddings that one table keeps at hand. */
const RIVAL_BYTES_MAX = 16_777_216;
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
  const { rows } = view.get("Routing", ROUTING_ID);
  const { withdrawn } = view.get("ModelIndex", MODEL_INDEX_ID);
  const candidates = drawCandidates({ view, rows, isWhole: withdrawn === 0n }, seed, count);
  const point = measure(target);
  const near = [...candidates].map(([place, rival]) => {
    return { place, rival, distance: measuredDistance(rival, point) ?? NO_DISTANCE };
  });
  // The table is ascending by id, so places order as ids do.
  near.sort((left, right) => left.distance - right.distance || left.place - right.place);
  const chosen = near.slice(0, count);
  chosen.sort((left, right) => age(left.rival, right.rival) || left.place - right.place);
  return chosen.map(({ place }) => present(rows[place], "a row").model_id);
}

function drawCandidates(field: Field, seed: bigint, count: number): Candidates {
  const { view, rows } = field;
  const wanted = Math.min(count, drawableModels(view));
  const total = rows.at(-1)?.cumulative_stake ?? 0n;
  const found: Candidates = new Map();
  const draws = total > 0n ? DRAWS_MAX : 0;
  for (let draw = 0; draw < draws; draw++) {
    if (draw >= DRAWS_PER_MODEL * count && found.size >= wanted) break;
    consider(field, placeOf(rows, drawPoint(seed, draw) % total), found);
  }
  const last = Math.min(rows.length, ROWS_MAX);
  for (let place = 0; place < last && found.size < wanted; place++) consider(field, place, found);
  return found;
}

function consider(field: Field, place: number, found: Candidates): void {
  if (found.has(place)) return;
  const rival = rivalAt(field, place);
  if (rival !== undefined) found.set(place, rival);
}

// Whoever is in the table competes with the same weights until the next epoch change, unless it is
// withdrawn before. So a model is looked at once, and again only when some have been withdrawn.
function rivalAt({ view, rows, isWhole }: Field, place: number): Rival | undefined {
  const flat = flatOf(rows);
  const known = flat.rivals[place];
  if (known !== undefined && isWhole) return known;
  const model = view.get("Model", present(flat.entries[place], "a row"));
  if (model.phase.kind !== "Active") return undefined;
  if (known !== undefined) return known;
  const { embedding } = present(model.current, "weights in force");
  const rival = { ...measure(embedding.values), since: model.current_from };
  flat.rivalBytes += embedding.values.byteLength;
  if (flat.rivalBytes <= RIVAL_BYTES_MAX) flat.rivals[place] = rival;
  return rival;
}

function drawPoint(seed: bigint, draw: number): bigint {
  return readU64le(blake2b256(DOMAIN, u64le(seed), u64le(BigInt(draw))));
}

/** The place of the first row whose cumulative stake is above the point, or of the last. */
export function placeOf(rows: readonly RoutingRow[], point: bigint): number {
  // Halves of all amounts there can be are exact in f64, and lie side by side in memory. The
  // amounts themselves are looked at only where halves are the same.
  const { halves } = flatOf(rows);
  const half = Number(point >> 1n);
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (halves[middle]! >= half) high = middle;
    else low = middle + 1;
  }
  const isEqual = (): boolean => halves[low] === half && rows[low]!.cumulative_stake <= point;
  while (low < rows.length - 1 && isEqual()) low++;
  return low;
}

// Cache: a function of rows, which an epoch change writes anew, and of the weights that are in
// force with them. A table is drawn from for a whole epoch.
const flatByRows = new WeakMap<readonly RoutingRow[], Flat>();

function flatOf(rows: readonly RoutingRow[]): Flat {
  const known = flatByRows.get(rows);
  if (known !== undefined) return known;
  const flat = {
    halves: Float64Array.from(rows, ({ cumulative_stake: stake }) => Number(stake >> 1n)),
    entries: rows.map(({ model_id }) => modelEntryId(model_id)),
    rivals: [],
    rivalBytes: 0,
  };
  flatByRows.set(rows, flat);
  return flat;
}

function age(left: Rival, right: Rival): number {
  return Number(left.since - right.since);
}
