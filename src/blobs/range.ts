/**
 * Byte ranges of HTTP (RFC 9110 §14): the one range a client asks for, and the one a server says it
 * sends. Several ranges at once are not served; such a request gets the whole.
 *
 * @module
 */

/** Bytes from `start` to before `end`. */
export type ByteRange = { readonly start: number; readonly end: number };

const REQUEST_FORM = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/;
const CONTENT_FORM = /^bytes ([0-9]{1,15})-([0-9]{1,15})\/([0-9]{1,15}|\*)$/;

/**
 * The part of `sizeBytes` bytes that a `Range` header asks for: `undefined` for all of them,
 * because there is no such header or it is not understood, `"unsatisfiable"` for none.
 */
export function parseRange(
  header: string | null,
  sizeBytes: number,
): ByteRange | "unsatisfiable" | undefined {
  const parts = REQUEST_FORM.exec(header ?? "");
  const [, first = "", last = ""] = parts ?? [];
  if (parts === null || (first === "" && last === "")) return undefined;
  if (first === "") {
    const count = Math.min(Number(last), sizeBytes);
    return count === 0 ? "unsatisfiable" : { start: sizeBytes - count, end: sizeBytes };
  }
  const start = Number(first);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= sizeBytes) return "unsatisfiable";
  return { start, end: last === "" ? sizeBytes : Math.min(Number(last) + 1, sizeBytes) };
}

/** The `Content-Range` header of an answer that carries `range`. */
export function contentRange(range: ByteRange, sizeBytes: number): string {
  return `bytes ${range.start}-${range.end - 1}/${sizeBytes}`;
}

/** What a `Content-Range` header says; the size may be unknown to the server. */
export function parseContentRange(
  header: string | null,
): (ByteRange & { readonly sizeBytes: number | undefined }) | undefined {
  const parts = CONTENT_FORM.exec(header ?? "");
  if (parts === null) return undefined;
  const [, first = "", last = "", size = ""] = parts;
  const sizeBytes = size === "*" ? undefined : Number(size);
  return { start: Number(first), end: Number(last) + 1, sizeBytes };
}
