/**
 * A validator in a process of its own, for benches: it says what is ordered when, and what it uses.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { installNative } from "../../src/crypto/native.ts";
import { readConfig } from "../../src/host/config.ts";
import { startNode } from "../../src/host/run-node.ts";
import type { Digest } from "../../src/types/address.ts";
import { now, type Usage } from "./transfers.ts";

/** What a validator says to whoever started it. */
export type Report = {
  readonly atMs: number;
  readonly ordered: readonly Digest[];
  readonly usage: Usage;
};

/** Whether a validator is to say what it has ordered. */
export type Watch = { readonly isWatched: boolean };

const REPORT_MS = 1_000;

if (import.meta.main) await main();

async function main(): Promise<void> {
  installNative();
  const say = present(process.send?.bind(process), "somebody who listens");
  const report = (ordered: readonly Digest[]): void => {
    const { user, system } = process.cpuUsage();
    const usage = { cpuMs: (user + system) / 1_000, rssBytes: process.memoryUsage.rss() };
    say({ atMs: now(), ordered, usage } satisfies Report);
  };
  let isWatched = false;
  process.on("message", (watch: Watch) => ({ isWatched } = watch));
  const onOrdered = (digests: readonly Digest[]): void => {
    if (isWatched) report(digests);
  };
  const config = readConfig(present(process.argv[2], "a configuration"));
  await startNode(config, { onOrdered });
  setInterval(() => report([]), REPORT_MS);
  // Whoever started it has died.
  process.on("disconnect", () => process.exit(0));
}
