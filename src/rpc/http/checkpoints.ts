/**
 * `/v1/checkpoints`: a certified checkpoint by its number or digest, or the last one.
 *
 * @module
 */
import { Hono } from "hono";
import { z } from "zod";

import { err, ok, type Result } from "../../base/result.ts";
import { encode } from "../../bcs/schema.ts";
import type { Digest } from "../../types/address.ts";
import type { CheckpointBundle } from "../../types/bundle.ts";
import { certifiedCheckpoint } from "../../types/checkpoint.ts";
import { formatDigest, parseDigest } from "../../types/text.ts";
import { checkpointView, viewCheckpoint } from "../../wire/json/checkpoint.ts";
import { parseU64 } from "../../wire/json/primitives.ts";
import type { View } from "../../wire/json/view.ts";
import type { LedgerReader } from "../reader.ts";
import { readPath, readQuery } from "./input.ts";
import type { HttpEnv } from "./ports.ts";
import { notFound } from "./problem.ts";
import { type Lifetime, LIVE, respond } from "./respond.ts";

/** How a checkpoint is named. */
type Name =
  | { readonly kind: "Latest" }
  | { readonly kind: "Sequence"; readonly sequence: bigint }
  | { readonly kind: "Digest"; readonly digest: Digest };

type CheckpointQuery = { readonly bcs?: "true" | "false" | undefined };

const checkpointQuery: View<CheckpointQuery> = z.strictObject({
  /** Whether to add the certified summary in BCS. */
  bcs: z.enum(["true", "false"], "true or false expected").optional(),
});

/** `GET /v1/checkpoints/{number, latest or digest}`. */
export function checkpointRoutes(reader: LedgerReader): Hono<HttpEnv> {
  return new Hono<HttpEnv>().get("/:checkpoint", (context) => {
    const name = readPath(context, "checkpoint", parseName);
    const { bcs = "false" } = readQuery(context, checkpointQuery);
    const bundle = findCheckpoint(reader, name);
    if (bundle === undefined) throw notFound("checkpoint", context.req.param("checkpoint"));
    const view = viewCheckpoint(bundle);
    const bcs_bytes = bcs === "true" ? encode(certifiedCheckpoint, bundle) : undefined;
    const tag = `${formatDigest(view.digest)}-${bcs}`;
    return respond(context, checkpointView, { ...view, bcs_bytes }, lifetimeOf(name, tag));
  });
}

function parseName(text: string): Result<Name, string> {
  if (text === "latest") return ok({ kind: "Latest" });
  const sequence = parseU64(text);
  if (sequence.ok) return ok({ kind: "Sequence", sequence: sequence.value });
  const digest = parseDigest(text);
  if (digest.ok) return ok({ kind: "Digest", digest: digest.value });
  return err("a number, a digest in Base58 or `latest` expected");
}

function findCheckpoint(reader: LedgerReader, name: Name): CheckpointBundle | undefined {
  switch (name.kind) {
    case "Latest":
      return reader.latest();
    case "Sequence":
      return reader.checkpoint(name.sequence);
    case "Digest":
      return reader.checkpointByDigest(name.digest);
  }
}

function lifetimeOf(name: Name, tag: string): Lifetime {
  switch (name.kind) {
    case "Latest":
      return LIVE;
    case "Sequence":
      return { kind: "OfChain", tag };
    case "Digest":
      return { kind: "Immutable", tag };
  }
}
