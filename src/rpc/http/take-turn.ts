/**
 * Requests that cost the node more than a read: a client waits for its turn.
 *
 * @module
 */
import { RpcError } from "./problem.ts";

/** Refuses a request whose client has no turn now. */
export function takeTurn(isTheirs: boolean): void {
  if (isTheirs) return;
  throw new RpcError(429, "rate_limited", "too many requests at a time", {
    hint: "send them more slowly",
    headers: { "retry-after": "1" },
  });
}
