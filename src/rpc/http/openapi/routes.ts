/**
 * `/openapi.json` and `/docs/api`: the surface described, for programs and for people. Both are
 * made once, when somebody asks.
 *
 * @module
 */
import { utf8 } from "../../../base/bytes.ts";
import { blake2b256Hex } from "../../../crypto/digest.ts";
import { sendText } from "../respond.ts";
import { type Operation, type Route, route } from "../route.ts";
import { openApiDocument } from "./document.ts";
import { referencePage } from "./page.ts";

/** A text that stays as it is while the node runs. */
type Made = { readonly text: string; readonly tag: string };

/** The page has its style within and nothing else. */
const PAGE_HEADERS = {
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
} as const;
const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";

/** `GET /openapi.json` and `GET /docs/api`; `operations` are those of the whole surface. */
export function referenceRoutes(operations: () => readonly Operation[]): readonly Route[] {
  const document = once(async () => JSON.stringify(openApiDocument(operations())));
  const page = once(async () => String(await referencePage(openApiDocument(operations()))));
  const shared = { tag: "Node", method: "GET", isCached: true, ignoresQuery: true } as const;
  return [
    route(
      {
        ...shared,
        id: "getOpenApi",
        path: "/openapi.json",
        summary: "This reference for programs, in OpenAPI 3.1",
        answer: { type: JSON_TYPE, description: "The document" },
      },
      async ({ context }) => sendText(context, JSON_TYPE, await document()),
    ),
    route(
      {
        ...shared,
        id: "getReference",
        path: "/docs/api",
        summary: "This reference as a page",
        answer: { type: HTML, description: "The page" },
      },
      async ({ context }) => sendText(context, HTML, await page(), PAGE_HEADERS),
    ),
  ];
}

function once(make: () => Promise<string>): () => Promise<Made> {
  let made: Promise<Made> | undefined;
  const tagged = async (): Promise<Made> => {
    const text = await make();
    return { text, tag: blake2b256Hex(utf8(text)).slice(0, 32) };
  };
  return () => (made ??= tagged());
}
