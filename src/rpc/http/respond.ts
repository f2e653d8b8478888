/**
 * Answers. What never changes under its name is cached for ever; what a number names is the same
 * only on one chain, and a local network may begin anew, so caches ask whether it is still that.
 *
 * @module
 */
import type { Context } from "hono";

import { encodeView, type View } from "../../wire/json/view.ts";
import type { HttpEnv } from "./ports.ts";

/** How long an answer holds. */
export type Lifetime =
  /** Until the next checkpoint, perhaps. */
  | { readonly kind: "Live" }
  /** As long as `tag` stays the same, which caches ask for. */
  | { readonly kind: "OfChain"; readonly tag: string }
  /** For ever: the name is a digest of the content. */
  | { readonly kind: "Immutable"; readonly tag: string };

/** An answer that the next checkpoint may change. */
export const LIVE: Lifetime = { kind: "Live" };

const YEAR_SECONDS = 31_536_000;
const CACHE_CONTROL = {
  Live: "no-store",
  OfChain: "public, no-cache",
  Immutable: `public, max-age=${YEAR_SECONDS}, immutable`,
} as const;

/** Answers with a value as JSON, or with 304 when the client has it already. */
export function respond<T>(
  context: Context<HttpEnv>,
  view: View<T>,
  value: T,
  lifetime: Lifetime = LIVE,
): Response {
  if (isKnown(context, lifetime)) return context.body(null, 304);
  const body = JSON.stringify(encodeView(view, value));
  context.header("content-type", "application/json");
  // Given explicitly so that the answer to HEAD has it too.
  context.header("content-length", `${Buffer.byteLength(body)}`);
  return context.body(body);
}

/** Answers with a text that stays while the node runs, or with 304. */
export function sendText(
  context: Context<HttpEnv>,
  type: string,
  { text, tag }: { readonly text: string; readonly tag: string },
): Response {
  if (isKnown(context, { kind: "OfChain", tag })) return context.body(null, 304);
  context.header("content-type", type);
  context.header("content-length", `${Buffer.byteLength(text)}`);
  return context.body(text);
}

/** Sets the headers of a lifetime; whether the client has this very answer already. */
export function isKnown(context: Context<HttpEnv>, lifetime: Lifetime): boolean {
  context.header("cache-control", CACHE_CONTROL[lifetime.kind]);
  if (lifetime.kind === "Live") return false;
  const etag = `"${lifetime.tag}"`;
  context.header("etag", etag);
  const known = context.req.header("if-none-match")?.split(",") ?? [];
  return known.some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*");
}
