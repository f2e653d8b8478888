/**
 * Whether a local network is ready: each service is used once, as a client would.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { Address } from "../types/address.ts";
import { formatAddress } from "../types/text.ts";
import type { LocalnetUrls } from "./options.ts";

const PATIENCE_MS = 30_000;

/** Reads from the node, has the faucet pay itself, asks scoring; fails if one does not answer. */
export async function checkReady(urls: LocalnetUrls, faucet: Address): Promise<void> {
  const { rpc, faucet: faucetUrl, scoring } = urls;
  const recipient = formatAddress(faucet);
  await Promise.all([
    use("the node", `${rpc}/v1/info`),
    faucetUrl && use("the faucet", `${faucetUrl}/gas`, { recipient }),
    scoring && use("scoring", `${scoring}/health`),
  ]);
}

async function use(name: string, url: string, body?: unknown): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  try {
    const response = await fetch(url, { ...init, signal });
    const text = await response.text();
    if (!response.ok) throw notReady(name, `${response.status} ${text.trim()}`);
  } catch (error) {
    if (error instanceof SomaError) throw error;
    throw notReady(name, error instanceof Error ? error.message : String(error), error);
  }
}

function notReady(name: string, reason: string, cause?: unknown): SomaError {
  return new SomaError("not_ready", `${name} does not work: ${reason}`, {
    hint: "start with `--log-level debug` to see more",
    cause,
  });
}
