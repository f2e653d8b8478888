/**
 * What the runtime's server refuses before any surface is asked: it says a status without a body,
 * or, of a method that it does not know, nothing. Clients get a problem, as for everything else.
 *
 * @module
 */
import { STATUS_CODES } from "node:http";

import { fromUtf8 } from "../../base/bytes.ts";
import { PROBLEM_TYPE } from "../../wire/json/problem.ts";
import { type BareProblem, bareProblemText } from "./bare-problem.ts";

/** The whole head of a failure, in any words; what a surface says has a type, this has none. */
const BARE = /^HTTP\/1\.1 ([45]\d\d)\b[^\r\n]*\r\n(?:(?!content-type:)[^\r\n]+\r\n)*\r\n$/i;
const BARE_BYTES_MAX = 512;

const MALFORMED: BareProblem = {
  status: 400,
  code: "request_malformed",
  detail: "this is no request of HTTP/1.1 with a known method",
};
const PROBLEMS: readonly BareProblem[] = [
  MALFORMED,
  { status: 413, code: "body_too_large", detail: "the body is larger than any request may be" },
  { status: 431, code: "head_too_large", detail: "the head of the request is too large" },
  { status: 505, code: "http_version_unknown", detail: "speak HTTP/1.1 or HTTP/2" },
];

/** The answer in place of one without a body; `undefined` for any other bytes. */
export function refusalFor(bytes: Uint8Array): string | undefined {
  if (bytes.length > BARE_BYTES_MAX) return undefined;
  const matched = BARE.exec(fromUtf8(bytes) ?? "");
  if (matched === null) return undefined;
  const status = Number(matched[1]);
  return farewell(PROBLEMS.find((problem) => problem.status === status) ?? unforeseen(status));
}

/** A whole answer of HTTP/1.1 that tells a problem and ends the connection. */
export function farewell(problem: BareProblem): string {
  const text = bareProblemText(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ""}`,
    "connection: close",
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${text.length}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${text}`;
}

/** The answer to what the server left without a word. */
export const MALFORMED_TEXT: string = farewell(MALFORMED);

function unforeseen(status: number): BareProblem {
  const detail = "the server refuses this request; send it as plain HTTP/1.1";
  return { status, code: "request_refused", detail };
}
