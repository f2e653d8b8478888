/**
 * Asking a faucet for coins. Browser-safe.
 *
 * @module
 */
import type { Address } from "../types/address.ts";
import { faucetRequest, type FaucetView, faucetView } from "../wire/json/faucet.ts";
import { encodeView } from "../wire/json/view.ts";
import { HttpCaller } from "./http.ts";

const PATIENCE_MS = 60_000;

/** Has the faucet at `url` send coins to `recipient`; resolves when a node shows them. */
export function requestCoins(
  url: string,
  recipient: Address,
  signal?: AbortSignal,
): Promise<FaucetView> {
  return new HttpCaller(url).json(faucetView, {
    method: "POST",
    path: "/gas",
    body: JSON.stringify(encodeView(faucetRequest, { recipient })),
    signal,
    timeoutMs: PATIENCE_MS,
  });
}
