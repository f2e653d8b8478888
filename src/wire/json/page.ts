/**
 * Pages of lists in JSON. A page may be shorter than asked for and still have a next one.
 *
 * @module
 */
import { z } from "zod";

import { type ModelView, modelView } from "./model.ts";
import { type ObjectView, objectView } from "./object.ts";
import { type TargetView, targetView } from "./target.ts";
import { type TransactionView, transactionView } from "./transaction.ts";
import type { View } from "./view.ts";

/** A page; `next_cursor` asks for the one after it and is `null` on the last. */
export type PageView<T> = {
  readonly data: readonly T[];
  readonly next_cursor: string | null;
};

/** A page of objects. */
export const objectPage: View<PageView<ObjectView>> = pageOf(objectView);

/** A page of transactions. */
export const transactionPage: View<PageView<TransactionView>> = pageOf(transactionView);

/** A page of targets. */
export const targetPage: View<PageView<TargetView>> = pageOf(targetView);

/** A page of models. */
export const modelPage: View<PageView<ModelView>> = pageOf(modelView);

function pageOf<T>(item: View<T>): View<PageView<T>> {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable() });
}
