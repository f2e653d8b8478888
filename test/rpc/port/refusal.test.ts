/**
 * Which bytes of the runtime are a refusal without a body: however it words them, and nothing that
 * was said by us.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { utf8 } from "../../../src/base/bytes.ts";
import { farewell, refusalFor } from "../../../src/rpc/port/refusal.ts";

const answerTo = (text: string): string | undefined => refusalFor(utf8(text));

describe("a refusal without a body becomes a problem", () => {
  test.each([
    ["as this runtime says it", "400 Bad Request\r\nConnection: close", "request_malformed"],
    ["in other words", "400 Not understood!\r\nconnection: close", "request_malformed"],
    ["without a word", "431 ", "head_too_large"],
    ["with other headers", "413 Too Large\r\nContent-Length: 0\r\nDate: x", "body_too_large"],
    ["of a version", "505 HTTP Version Not Supported", "http_version_unknown"],
    ["of a status that nobody foresaw", "417 Expectation Failed", "request_refused"],
  ])("%s", (_, head, code) => {
    const answer = answerTo(`HTTP/1.1 ${head}\r\n\r\n`);
    const [status = ""] = head.split(" ");
    expect(answer).toStartWith(`HTTP/1.1 ${status} `);
    expect(JSON.parse(answer!.split("\r\n\r\n")[1]!)).toMatchObject({ code, status: +status });
  });
});

test.each([
  ["a success", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ["an interim answer", "HTTP/1.1 100 Continue\r\n\r\n"],
  ["a problem of ours", farewell({ status: 400, code: "odd", detail: "odd" })],
  ["the head of one", "HTTP/1.1 404 Not Found\r\nContent-Type: application/problem+json\r\n\r\n"],
  ["a part of a head", "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n"],
  ["what follows a body", "HTTP/1.1 400 Bad Request\r\n\r\nHTTP/1.1 400 Bad Request\r\n\r\n"],
  ["a body that looks like it", "data: HTTP/1.1 400 Bad Request\r\n\r\n"],
])("%s is left as it is", (_, text) => {
  expect(answerTo(text)).toBeUndefined();
});
