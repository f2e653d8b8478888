/**
 * Answers. What never changes under its name is cached for ever; what a number names is the same
 * only on one chain, and a local network may begin anew, so caches ask whether it is still that.
 *
 * @module
 */
import type { Context } from "hono";

import { encodeView, type View } from "../../wire/json/view.ts";
import type { CommonHeaders, HttpEnv } from "./ports.ts";

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

const JSON_TYPE = "application/json";
const YEAR_SECONDS = 31_536_000;
const CACHE_CONTROL = {
  Live: "no-store",
  OfChain: "public, no-cache",
  Immutable: `public, max-age=${YEAR_SECONDS}, immutable`,
} as const;

/** Headers of every answer, `fields`, in the forms that answers are made with. */
export function commonForms(fields: HeaderFields): CommonHeaders {
  const more = { ...cachingHeaders(LIVE), "content-type": JSON_TYPE };
  return { fields, live: new Headers({ ...fields, ...more }) };
}

/** Headers by name, in lower case. */
export type HeaderFields = Readonly<Record<string, string>>;

/** What an answer has besides its body. */
export type Extra = { readonly status?: number; readonly headers?: HeaderFields };

/** Answers with a value as JSON, or with 304 when the client has it already. */
export function respond<T>(
  context: Context<HttpEnv>,
  view: View<T>,
  value: T,
  { lifetime = LIVE, ...extra }: Extra & { readonly lifetime?: Lifetime } = {},
): Response {
  const caching = cachingHeaders(lifetime);
  if (isKnown(context, caching)) return send(context, null, { status: 304, headers: caching });
  const text = JSON.stringify(encodeView(view, value));
  if (lifetime === LIVE && extra.status === undefined && context.req.method === "GET") {
    return new Response(text, { headers: context.get("common").live });
  }
  const headers = { ...caching, ...textHeaders(JSON_TYPE, text), ...extra.headers };
  return send(context, text, { ...extra, headers });
}

/** Answers with a text that stays while the node runs, or with 304. */
export function sendText(
  context: Context<HttpEnv>,
  type: string,
  { text, tag }: { readonly text: string; readonly tag: string },
  more: HeaderFields = {},
): Response {
  const caching = { ...cachingHeaders({ kind: "OfChain", tag }), ...more };
  if (isKnown(context, caching)) return send(context, null, { status: 304, headers: caching });
  return send(context, text, { headers: { ...caching, ...textHeaders(type, text) } });
}

/** The answer with these headers and those of every answer, all at once: one by one costs more. */
export function send(
  context: Context<HttpEnv>,
  body: string | ReadableStream<Uint8Array> | null,
  { status = 200, headers = {} }: Extra,
): Response {
  return new Response(body, { status, headers: { ...context.get("common").fields, ...headers } });
}

/** The headers of a text. Its length is given because the answer to HEAD has it too. */
export function textHeaders(type: string, text: string): HeaderFields {
  return { "content-type": type, "content-length": `${Buffer.byteLength(text)}` };
}

/** The headers of a lifetime. */
export function cachingHeaders(lifetime: Lifetime): HeaderFields {
  const control = CACHE_CONTROL[lifetime.kind];
  if (lifetime.kind === "Live") return { "cache-control": control };
  return { "cache-control": control, etag: `"${lifetime.tag}"` };
}

/** Whether the client has this very answer already. */
export function isKnown(context: Context<HttpEnv>, { etag }: HeaderFields): boolean {
  if (etag === undefined) return false;
  const known = context.req.header("if-none-match")?.split(",") ?? [];
  return known.some((tag) => tag.trim().replace(/^W\//, "") === etag || tag.trim() === "*");
}
