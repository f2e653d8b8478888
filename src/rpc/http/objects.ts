/**
 * `/v1/objects`: an object as it is now, or a past version of it. Entries of the ledger are no
 * objects to clients.
 *
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";

import { digestOf } from "../../ledger/outcome.ts";
import { isEntryContent, type StateObject } from "../../types/entry.ts";
import type { SomaObject } from "../../types/object.ts";
import { formatDigest, formatObjectId, parseObjectId } from "../../types/text.ts";
import { contentBytes, type ObjectView, objectView, viewObject } from "../../wire/json/object.ts";
import { u64 } from "../../wire/json/primitives.ts";
import type { View } from "../../wire/json/view.ts";
import type { LedgerReader } from "../reader.ts";
import { readPath, readQuery } from "./input.ts";
import type { HttpEnv } from "./ports.ts";
import { notFound } from "./problem.ts";
import { LIVE, respond } from "./respond.ts";

type ObjectQuery = {
  readonly version?: bigint | undefined;
  readonly bcs?: "true" | "false" | undefined;
};

const objectQuery: View<ObjectQuery> = z.strictObject({
  version: u64.optional(),
  /** Whether to add the content in BCS. */
  bcs: z.enum(["true", "false"], "true or false expected").optional(),
});

/** `GET /v1/objects/{id}`. */
export function objectRoutes(reader: LedgerReader): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/:id", (context) => {
    const id = readPath(context, "id", parseObjectId);
    const { version, bcs } = readQuery(context, objectQuery);
    const found = version === undefined ? reader.find(id) : reader.findVersion(id, version);
    const name = formatObjectId(id);
    if (found === undefined || !isVisible(found)) {
      throw notFound("object", version === undefined ? name : `${name} with version ${version}`);
    }
    const view = describeObject(found);
    const tag = `${formatDigest(view.digest)}-${bcs ?? "false"}`;
    return respond(
      context,
      objectView,
      bcs === "true" ? { ...view, bcs_bytes: contentBytes(found) } : view,
      version === undefined ? LIVE : { kind: "OfChain", tag },
    );
  });
}

/** What there is to say about an object. */
export function describeObject(object: SomaObject): ObjectView {
  return viewObject(object, digestOf(object));
}

/** Whether clients can see an object. */
export function isVisible(object: StateObject): object is SomaObject {
  return !isEntryContent(object.content);
}
