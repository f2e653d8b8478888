/**
 * `/v1/checkpoints`: a certified checkpoint by its number or digest, or the last one.
 *
 * @module
 */
import { err, ok, type Result } from "../../base/result.ts";
import { encode } from "../../bcs/schema.ts";
import type { Digest } from "../../types/address.ts";
import type { CheckpointBundle } from "../../types/bundle.ts";
import { certifiedCheckpoint } from "../../types/checkpoint.ts";
import { formatDigest, parseDigest } from "../../types/text.ts";
import { checkpointView, viewCheckpoint } from "../../wire/json/checkpoint.ts";
import { parseU64 } from "../../wire/json/primitives.ts";
import type { LedgerReader } from "../reader.ts";
import { notFound } from "./problem.ts";
import { type Lifetime, LIVE } from "./respond.ts";
import { flag, json, parsed, type Route, route } from "./route.ts";

/** How a checkpoint is named. */
type Name =
  | { readonly kind: "Latest" }
  | { readonly kind: "Sequence"; readonly sequence: bigint }
  | { readonly kind: "Digest"; readonly digest: Digest };

/** `GET /v1/checkpoints/{number, latest or digest}`. */
export function checkpointRoutes(reader: LedgerReader): readonly Route[] {
  return [
    route(
      {
        id: "getCheckpoint",
        tag: "Chain",
        method: "GET",
        path: "/v1/checkpoints/{checkpoint}",
        summary: "A certified checkpoint, or the last one",
        params: { checkpoint: parsed(parseName, "A number, a digest in Base58 or `latest`") },
        query: {
          bcs: flag.optional().meta({ description: "Whether to add the certified summary in BCS" }),
        },
        answer: json(checkpointView, "The checkpoint"),
        isCached: true,
        problems: [404],
      },
      ({ context, params: { checkpoint: name }, query: { bcs = "false" }, reply }) => {
        const bundle = findCheckpoint(reader, name);
        if (bundle === undefined) throw notFound("checkpoint", context.req.param("checkpoint")!);
        const view = viewCheckpoint(bundle);
        const bcs_bytes = bcs === "true" ? encode(certifiedCheckpoint, bundle) : undefined;
        const tag = `${formatDigest(view.digest)}-${bcs}`;
        return reply({ ...view, bcs_bytes }, lifetimeOf(name, tag));
      },
    ),
  ];
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
