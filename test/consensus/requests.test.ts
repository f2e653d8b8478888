/**
 * Open questions to peers: bounded, numbered, with deadlines.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { REQUEST_TIMEOUT_MS, Requests } from "../../src/consensus/requests.ts";

function connected(...peers: readonly number[]): Requests {
  const requests = new Requests(4, 2);
  for (const peer of peers) requests.connect(peer);
  return requests;
}

describe("open questions", () => {
  test("go to connected peers only, counting up and around", () => {
    const requests = connected(1, 3);
    expect(requests.pick(0)).toBe(1);
    expect(requests.pick(2)).toBe(3);
    expect(requests.pick(4)).toBe(1);
    expect(connected().pick(0)).toBeUndefined();
  });

  test("are few for each peer", () => {
    const requests = connected(1, 3);
    requests.ask(1, undefined, 0);
    const second = requests.ask(1, undefined, 0);
    expect(requests.pick(1)).toBe(3);
    requests.close(second.id);
    expect(requests.pick(1)).toBe(1);
  });

  test("have numbers of their own and close once", () => {
    const requests = connected(1);
    const [first, second] = [requests.ask(1, [], 0), requests.ask(1, [], 0)];
    expect(first.id).not.toBe(second.id);
    expect(requests.close(first.id)).toBe(first);
    expect(requests.close(first.id)).toBeUndefined();
    expect(requests.close(99)).toBeUndefined();
  });

  test("are not answered by another peer", () => {
    const requests = connected(1, 2);
    const request = requests.ask(1, [], 0);
    expect(requests.close(request.id, 2)).toBeUndefined();
    expect(requests.close(request.id, 1)).toBe(request);
  });

  test("end when their time is over", () => {
    const requests = connected(1, 2);
    const first = requests.ask(1, [], 0);
    const second = requests.ask(2, [], 10);
    expect(requests.nextMs).toBe(REQUEST_TIMEOUT_MS);
    expect(requests.expire(REQUEST_TIMEOUT_MS - 1)).toEqual([]);
    expect(requests.expire(REQUEST_TIMEOUT_MS)).toEqual([first]);
    expect(requests.nextMs).toBe(second.deadlineMs);
    expect(requests.pick(1)).toBe(1);
  });

  test("end with the connection", () => {
    const requests = connected(1, 2);
    const lost = [requests.ask(1, [], 0), requests.ask(1, undefined, 0)];
    const kept = requests.ask(2, [], 0);
    expect(requests.disconnect(1)).toEqual(lost);
    expect(requests.pick(1)).toBe(2);
    expect(requests.close(kept.id)).toBe(kept);
    expect(requests.nextMs).toBeUndefined();
  });
});
