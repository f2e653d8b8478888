/**
 * What the runtime's server refuses before any surface is asked: it says a status without a body,
 * or, of a method that it does not know, nothing. Clients get a problem, as for everything else.
 *
 * @module
 */
import { fromUtf8 } from "../../base/bytes.ts";
import { PROBLEM_TYPE } from "../../wire/json/problem.ts";
import { type BareProblem, bareProblemText } from "./bare-problem.ts";

const BARE = /^HTTP\/1\.1 (\d{3}) [A-Za-z ]+\r\nConnection: close\r\n\r\n$/;
const BARE_BYTES_MAX = 128;

const MALFORMED: BareProblem = {
  status: 400,
  code: "request_malformed",
  detail: "this is no request of HTTP/1.1 with a known method",
};
const PROBLEMS: Readonly<Record<string, readonly [string, BareProblem]>> = {
  "400": ["Bad Request", MALFORMED],
  "413": [
    "Content Too Large",
    { status: 413, code: "body_too_large", detail: "the body is larger than any request may be" },
  ],
  "431": [
    "Request Header Fields Too Large",
    { status: 431, code: "head_too_large", detail: "the head of the request is too large" },
  ],
  "505": [
    "HTTP Version Not Supported",
    { status: 505, code: "http_version_unknown", detail: "speak HTTP/1.1 or HTTP/2" },
  ],
};

/** The answer in place of one without a body; `undefined` for any other bytes. */
export function refusalFor(bytes: Uint8Array): string | undefined {
  if (bytes.length > BARE_BYTES_MAX) return undefined;
  const [, status = ""] = BARE.exec(fromUtf8(bytes) ?? "") ?? [];
  const known = PROBLEMS[status];
  return known && farewell(...known);
}

/** A whole answer of HTTP/1.1 that tells a problem and ends the connection. */
export function farewell(reason: string, problem: BareProblem): string {
  const text = bareProblemText(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${reason}`,
    "connection: close",
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${text.length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${text}`;
}

/** The answer to what the server left without a word. */
export const MALFORMED_TEXT: string = farewell("Bad Request", MALFORMED);
