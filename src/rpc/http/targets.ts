/**
 * `/v1/targets`: what to look for, and what became of it.
 *
 * @module
 */
import { z } from "zod";

import { formatObjectId } from "../../types/text.ts";
import { targetPage } from "../../wire/json/page.ts";
import { address, objectId, u64 } from "../../wire/json/primitives.ts";
import { TARGET_FILTERS, targetView } from "../../wire/json/target.ts";
import type { LedgerReader } from "../reader.ts";
import {
  describeRow,
  describeTarget,
  listTargets,
  pageRowsMax,
  type TargetQuery,
} from "../target-list.ts";
import { type PageQuery, pageQuery, pageRequest, viewPage } from "./page.ts";
import { notFound } from "./problem.ts";
import { type Fields, json, type Route, route } from "./route.ts";

const targetsQuery: Fields<TargetQuery & PageQuery> = {
  status: z.enum(TARGET_FILTERS, `${TARGET_FILTERS.join(", ")} expected`).optional(),
  epoch: u64.optional().meta({ description: "The epoch that made them" }),
  submitter: address.optional(),
  ...pageQuery,
};

/** `GET /v1/targets` and `/v1/targets/{id}`. */
export function targetRoutes(reader: LedgerReader): readonly Route[] {
  return [
    route(
      {
        id: "listTargets",
        tag: "Targets",
        method: "GET",
        path: "/v1/targets",
        summary: "Targets, by what can be done with them",
        query: targetsQuery,
        answer: json(targetPage, "A page of targets"),
      },
      ({ query, reply }) => {
        const { status = "", epoch = "", submitter = "" } = query;
        const name = `targets ${status} ${epoch} ${submitter}`;
        const { after, limit } = pageRequest(name, query);
        const rows = Math.min(limit, pageRowsMax(reader));
        const page = listTargets(reader, query, { after, limit: rows });
        return reply(viewPage(name, page, (row) => describeRow(reader, row)));
      },
    ),
    route(
      {
        id: "getTarget",
        tag: "Targets",
        method: "GET",
        path: "/v1/targets/{id}",
        summary: "What to look for, and what became of it",
        params: { id: objectId },
        answer: json(targetView, "The target"),
        problems: [404],
      },
      ({ params: { id }, reply }) => {
        const content = reader.find(id)?.content;
        if (content?.kind !== "Target") throw notFound("target", formatObjectId(id));
        return reply(describeTarget(reader, id, content));
      },
    ),
  ];
}
