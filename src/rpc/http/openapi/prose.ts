/**
 * Sentences of the document as pieces of a page: what stands in backticks is code.
 *
 * @module
 */
import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

/** A piece of a page. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** A sentence for people. */
export function proseHtml(text: string): Html {
  const parts = text.split("`");
  return html`${parts.map((part, place) => (place % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
