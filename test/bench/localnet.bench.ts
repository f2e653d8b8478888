/**
 * A local network as its user has it: a transfer from the call to finality, and what the network
 * costs while nobody uses it.
 *
 * @module
 */
import { SomaClient } from "../../src/client/client.ts";
import { Keypair } from "../../src/client/keypair.ts";
import { Account } from "../../src/client/transact.ts";
import { formatAddress } from "../../src/types/text.ts";
import type { Bench, Measure } from "./frame.ts";
import {
  FROM_SOURCE,
  processorMs,
  residentMiB,
  type RunningProgram,
  startProgram,
  temporaryConfig,
} from "./program.ts";

const IDLE_MS = 10_000;
const IDLE_SAMPLES = 3;
const TRANSFER_SAMPLES = 50;

/** A measure of a network of its own, which runs until the bench is closed. */
function onNetwork(
  prepare: (network: RunningProgram) => Promise<Measure["sample"]>,
): () => Promise<Measure> {
  return async () => {
    const config = temporaryConfig();
    const network = await startProgram(FROM_SOURCE, config.path);
    const close = async (): Promise<void> => {
      await network.stop();
      config.remove();
    };
    return { sample: await prepare(network), close };
  };
}

/** Sends to itself, one transfer after another. */
async function transfers({ urls }: RunningProgram): Promise<Measure["sample"]> {
  const keypair = Keypair.generate();
  const address = formatAddress(keypair.address);
  const gift = await fetch(`${urls.faucet_url}/gas`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ recipient: address }),
  });
  if (!gift.ok) throw new Error(`the faucet refused: ${await gift.text()}`);
  const account = new Account(new SomaClient(urls.rpc_url), keypair);
  return async () => {
    const start = performance.now();
    const { status } = await account.transact((coin) => ({
      kind: "TransferCoin",
      coin,
      amount: 1n,
      recipient: keypair.address,
    }));
    if (status.kind !== "Success") throw new Error("the transfer failed");
    return performance.now() - start;
  };
}

/** The share of one core that the idle network takes, in percent. */
async function idleProcessor({ pid }: RunningProgram): Promise<Measure["sample"]> {
  return async () => {
    const before = processorMs(pid);
    await Bun.sleep(IDLE_MS);
    return ((processorMs(pid) - before) / IDLE_MS) * 100;
  };
}

async function idleMemory({ pid }: RunningProgram): Promise<Measure["sample"]> {
  return async () => {
    await Bun.sleep(IDLE_MS);
    return residentMiB(pid);
  };
}

/** Localnet benches. */
export const benches: readonly Bench[] = [
  {
    name: "transfer, call to finality, one at a time",
    unit: "ms",
    samples: TRANSFER_SAMPLES,
    setup: onNetwork(transfers),
  },
  {
    name: "idle network, share of one core",
    unit: "%",
    samples: IDLE_SAMPLES,
    setup: onNetwork(idleProcessor),
  },
  {
    name: "idle network, resident memory",
    unit: "MiB",
    samples: IDLE_SAMPLES,
    setup: onNetwork(idleMemory),
  },
];
