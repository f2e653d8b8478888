/**
 * Lists of targets. The ledger lists them by what is stored, open or filled; what can be done with
 * one now depends on the epoch, so lists by state walk one or two stored lists and leave rows out.
 * A walk looks at so many rows a page, and a page may therefore be short and still have a next one.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import { currentEpoch, currentParameters, type TargetRow } from "../ledger/readers.ts";
import {
  claimableFrom,
  type TargetPhase,
  targetPhase,
  type TargetPlace,
} from "../ledger/target-phase.ts";
import type { Address, ObjectId } from "../types/address.ts";
import type { SomaObject } from "../types/object.ts";
import type { Target } from "../types/target.ts";
import {
  type TargetFilterName,
  type TargetState,
  type TargetView,
  viewTarget,
} from "../wire/json/target.ts";
import type { LedgerReader, ListPage, PageRequest, TargetFilter } from "./reader.ts";

/** Which targets a list has. */
export type TargetQuery = {
  readonly status?: TargetFilterName | undefined;
  readonly epoch?: bigint | undefined;
  readonly submitter?: Address | undefined;
};

/** A stored list, and the phases of the rows to keep. */
type Walk = {
  readonly stored: TargetFilter["status"];
  readonly keeps: readonly TargetPhase[];
};

type Place = { readonly walk: number; readonly after: string | undefined };

/** Rows looked at for one page. */
const ROWS_MAX = 2_000;
/** Numbers of embeddings in one page: 64 targets of the full model. */
const PAGE_VALUES_MAX = 131_072;
const PLACE_FORM = /^([01]):(.*)$/s;

const WALKS: Readonly<Record<TargetFilterName | "any", readonly Walk[]>> = {
  any: [
    { stored: "open", keeps: ["Open", "Expired"] },
    { stored: "filled", keeps: ["Audit", "Claimable"] },
  ],
  open: [{ stored: "open", keeps: ["Open"] }],
  expired: [{ stored: "open", keeps: ["Expired"] }],
  filled: [{ stored: "filled", keeps: ["Audit", "Claimable"] }],
  claimable: [
    { stored: "open", keeps: ["Expired"] },
    { stored: "filled", keeps: ["Claimable"] },
  ],
};

const STATES: Readonly<Record<TargetPhase, TargetState>> = {
  Open: "open",
  Audit: "filled",
  Claimable: "claimable",
  Expired: "expired",
  Claimed: "claimed",
};

/** What there is to say about a target in the epoch of `reader`. */
export function describeTarget(reader: LedgerReader, id: ObjectId, target: Target): TargetView {
  const place: TargetPlace = { state: reader, id, target };
  return describeAs(place, target, targetPhase(place, epochOf(reader)));
}

/** What there is to say about a row of a list. */
export function describeRow(reader: LedgerReader, { id, target, phase }: TargetRow): TargetView {
  return describeAs({ state: reader, id, target }, target, phase);
}

function describeAs(place: TargetPlace, target: Target, phase: TargetPhase): TargetView {
  const status = STATES[phase];
  const claimable_epoch = claimableEpoch(place, status);
  return viewTarget(place.id, target, { status, claimable_epoch });
}

/** A page of the targets that `query` asks for; its cursors are those of this list. */
export function listTargets(
  reader: LedgerReader,
  query: TargetQuery,
  { after, limit }: PageRequest,
): ListPage<TargetRow> {
  const walks = WALKS[query.status ?? "any"];
  const items: TargetRow[] = [];
  let place: Place | undefined = after === undefined ? FIRST : parsePlace(after, walks.length);
  for (let rows = 0; place !== undefined && items.length < limit && rows < ROWS_MAX;) {
    const walk: Walk = present(walks[place.walk], "a stored list");
    const page = readStored(reader, query, { walk, place, limit: limit - items.length });
    items.push(...page.items.flatMap((object) => keep(reader, query, walk, object)));
    rows += page.items.length;
    place = nextPlace(place, page.next, walks.length);
  }
  return { items, next: place && `${place.walk}:${place.after ?? ""}` };
}

/** How many rows with an embedding each fit in a page. */
export function pageRowsMax(reader: LedgerReader): number {
  const parameters = present(currentParameters(reader), "the parameters");
  const dimension = Number(parameters.protocol.target_embedding_dim);
  return Math.max(1, Math.floor(PAGE_VALUES_MAX / dimension));
}

const FIRST: Place = { walk: 0, after: undefined };

type Reading = { readonly walk: Walk; readonly place: Place; readonly limit: number };

function readStored(
  reader: LedgerReader,
  query: TargetQuery,
  { walk, place, limit }: Reading,
): ListPage<SomaObject> {
  // Only targets of this epoch are open, and those come last in the list.
  const isOpenOnly = walk.keeps.every((phase) => phase === "Open");
  const now = epochOf(reader);
  if (isOpenOnly && query.epoch !== undefined && query.epoch !== now) {
    return { items: [], next: undefined };
  }
  const epoch = isOpenOnly ? now : query.epoch;
  return reader.targets({ status: walk.stored, epoch }, { after: place.after, limit });
}

function keep(
  reader: LedgerReader,
  query: TargetQuery,
  walk: Walk,
  { id, content }: SomaObject,
): readonly TargetRow[] {
  if (content.kind !== "Target") return [];
  const phase = targetPhase({ state: reader, id, target: content }, epochOf(reader));
  if (!walk.keeps.includes(phase)) return [];
  if (query.submitter !== undefined && content.submitter !== query.submitter) return [];
  return [{ id, target: content, phase }];
}

function nextPlace(place: Place, next: string | undefined, walkCount: number): Place | undefined {
  if (next !== undefined) return { walk: place.walk, after: next };
  const walk = place.walk + 1;
  return walk < walkCount ? { walk, after: undefined } : undefined;
}

function parsePlace(cursor: string, walkCount: number): Place {
  const [, walk = "", after = ""] = PLACE_FORM.exec(cursor) ?? [];
  if (walk === "" || Number(walk) >= walkCount) {
    throw new SomaError("cursor_invalid", "the cursor is not one that this list gave");
  }
  return { walk: Number(walk), after: after === "" ? undefined : after };
}

function claimableEpoch(place: TargetPlace, status: TargetState): bigint | undefined {
  const { target } = place;
  if (target.status.kind === "Filled") return claimableFrom(place, target.status.fill_epoch);
  return status === "expired" ? target.generation_epoch + 1n : undefined;
}

function epochOf(reader: LedgerReader): bigint {
  return present(currentEpoch(reader), "the epoch").epoch;
}
