/**
 * `/v1/targets`: what to look for, and what became of it.
 *
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";

import { formatObjectId, parseObjectId } from "../../types/text.ts";
import { targetPage } from "../../wire/json/page.ts";
import { address, u64 } from "../../wire/json/primitives.ts";
import { TARGET_FILTERS, targetView } from "../../wire/json/target.ts";
import type { View } from "../../wire/json/view.ts";
import type { LedgerReader } from "../reader.ts";
import {
  describeRow,
  describeTarget,
  listTargets,
  pageRowsMax,
  type TargetQuery,
} from "../target-list.ts";
import { readPath, readQuery } from "./input.ts";
import { type PageQuery, pageQuery, pageRequest, viewPage } from "./page.ts";
import type { HttpEnv } from "./ports.ts";
import { notFound } from "./problem.ts";
import { respond } from "./respond.ts";

const targetsQuery: View<TargetQuery & PageQuery> = z.strictObject({
  status: z.enum(TARGET_FILTERS, `${TARGET_FILTERS.join(", ")} expected`).optional(),
  /** The epoch that made them. */
  epoch: u64.optional(),
  submitter: address.optional(),
  ...pageQuery,
});

/** `GET /v1/targets` and `/v1/targets/{id}`. */
export function targetRoutes(reader: LedgerReader): Hono<HttpEnv> {
  return new Hono<HttpEnv>()
    .get("/", (context) => {
      const query = readQuery(context, targetsQuery);
      const { status = "", epoch = "", submitter = "" } = query;
      const name = `targets ${status} ${epoch} ${submitter}`;
      const { after, limit } = pageRequest(name, query);
      const rows = Math.min(limit, pageRowsMax(reader));
      const page = listTargets(reader, query, { after, limit: rows });
      return respond(
        context,
        targetPage,
        viewPage(name, page, (row) => describeRow(reader, row)),
      );
    })
    .get("/:id", (context) => {
      const id = readPath(context, "id", parseObjectId);
      const content = reader.find(id)?.content;
      if (content?.kind !== "Target") throw notFound("target", formatObjectId(id));
      return respond(context, targetView, describeTarget(reader, id, content));
    });
}
