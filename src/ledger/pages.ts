/**
 * Lists of ids that grow, kept on pages of a bounded size, so that adding to a list of thousands
 * writes one page. Lists are walked at epoch changes only.
 *
 * @module
 */
import type { ObjectId } from "../types/address.ts";
import { pageId } from "../types/entry.ts";
import { PAGE_IDS_MAX } from "../types/network-entry.ts";
import { type ContentReader, readContent, type View } from "./view.ts";

/** The list of all models. */
export const MODEL_LIST = "models";

/** The list of the targets that an epoch made. */
export function targetList(epoch: bigint): string {
  return `targets-${epoch}`;
}

/** Adds an id to a list that has `count` ids so far. */
export function appendId(view: View, list: string, count: bigint, id: ObjectId): void {
  const page = pageId(list, Number(count / BigInt(PAGE_IDS_MAX)));
  const ids = view.read("IdPage", page)?.ids ?? [];
  view.write(page, { kind: "IdPage", ids: [...ids, id] });
}

/** All ids of a list, in the order in which they were added. */
export function readIds(state: ContentReader, list: string): readonly ObjectId[] {
  const ids: ObjectId[] = [];
  for (let index = 0; ; index++) {
    const page = readContent(state, "IdPage", pageId(list, index));
    if (page === undefined) return ids;
    ids.push(...page.ids);
  }
}

/** Replaces a list of which `before` are the ids, by some of them in the same order. */
export function keepIds(
  view: View,
  list: string,
  before: readonly ObjectId[],
  kept: readonly ObjectId[],
): void {
  if (kept.length === before.length) return;
  for (let start = 0; start < before.length; start += PAGE_IDS_MAX) {
    const page = pageId(list, start / PAGE_IDS_MAX);
    const ids = kept.slice(start, start + PAGE_IDS_MAX);
    if (ids.length === 0) view.remove(page);
    else view.write(page, { kind: "IdPage", ids });
  }
}
