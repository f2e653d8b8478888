/**
 * What a local network serves to clients, each on its own port: the node's JSON surface, the
 * faucet, scoring and admin. The faucet talks to the node as any client does.
 *
 * @module
 */
import { createAdminApp } from "../admin/service.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import { BlobFetcher } from "../blobs/fetch.ts";
import { WITH_LOOPBACK } from "../blobs/guard.ts";
import type { BlobStore } from "../blobs/store.ts";
import { SomaClient } from "../client/client.ts";
import { Keypair } from "../client/keypair.ts";
import { clientChain } from "../faucet/client-chain.ts";
import { Dispenser } from "../faucet/dispenser.ts";
import { createFaucetApp } from "../faucet/service.ts";
import { SMALL } from "../model/config.ts";
import { createApp } from "../rpc/http/app.ts";
import { ScoringEngine } from "../scoring/engine.ts";
import { createScoringApp } from "../scoring/service.ts";
import { SHANNONS_PER_SOMA } from "../types/coin.ts";
import type { Cleanup } from "./cleanup.ts";
import { createControl } from "./control.ts";
import type { Network } from "./found.ts";
import type { Nodes } from "./nodes.ts";
import type { Listener, Listeners } from "./ports.ts";

/** What the services work with. */
export type ServiceParts = {
  readonly network: Network;
  readonly nodes: Nodes;
  readonly blobs: BlobStore;
  readonly listeners: Listeners;
  readonly log: Logger;
};

/** The name of the network to clients. */
export const CHAIN: string = "localnet";

// What the faucet gives for a request.
const FAUCET_GIFT = { coinCount: 5, amount: 100n * SHANNONS_PER_SOMA } as const;

const BLOB_BYTES_MAX = 256 * 1024 * 1024;
const DOWNLOAD = { policy: WITH_LOOPBACK, random: Math.random } as const;

/** Puts the services behind their ports; how to end them goes to `cleanup`. */
export function serveAll(parts: ServiceParts, cleanup: Cleanup): void {
  const { listeners, log, nodes } = parts;
  const { rpc, faucet, scoring, admin } = listeners;
  if (rpc !== undefined) {
    serveRpc(rpc, parts);
    if (faucet !== undefined) serveFaucet(faucet, rpc.url, parts, cleanup);
  }
  if (scoring !== undefined) serveScoring(scoring, parts, cleanup);
  if (admin !== undefined) {
    const app = createAdminApp(createControl(nodes), log.named("admin"));
    admin.serve((request) => app.fetch(request));
  }
}

function serveRpc(listener: Listener, { nodes, blobs, log }: ServiceParts): void {
  const { reader, runner, feed } = nodes.fullnode;
  const fetcher = new BlobFetcher(blobs, { ...DOWNLOAD, bytesMax: BLOB_BYTES_MAX });
  const app = createApp({
    chain: CHAIN,
    reader,
    runner,
    feed,
    clock: SYSTEM_CLOCK,
    blobs: {
      store: blobs,
      bytesMax: BLOB_BYTES_MAX,
      fetch: (blob, signal) => fetcher.fetch(blob, signal),
    },
    report: (error) => log.named("rpc").error(String(error)),
  });
  listener.serve((request, server) => {
    const ip = server.requestIP(request)?.address;
    return app.fetch(request, {
      ...(ip === undefined ? {} : { ip }),
      allowSilence: (seconds) => server.timeout(request, seconds),
    });
  });
}

function serveFaucet(
  listener: Listener,
  rpcUrl: string,
  { network, log }: ServiceParts,
  cleanup: Cleanup,
): void {
  const keypair = new Keypair(network.record.account_keys.faucet);
  const dispenser = new Dispenser({
    chain: clientChain(new SomaClient(rpcUrl)),
    owner: keypair.address,
    sign: (data) => keypair.sign(data),
    ...FAUCET_GIFT,
    log: log.named("faucet"),
  });
  cleanup.add(() => dispenser.stop());
  const app = createFaucetApp({ dispenser, clock: SYSTEM_CLOCK, log: log.named("faucet") });
  listener.serve((request) => app.fetch(request));
}

function serveScoring(listener: Listener, { blobs, log }: ServiceParts, cleanup: Cleanup): void {
  // Weights and data that were uploaded to this network's node are at hand already.
  const engine = new ScoringEngine({ model: SMALL, blobs, download: DOWNLOAD });
  cleanup.add(() => engine.stop());
  const app = createScoringApp({ engine, dim: SMALL.dim, log: log.named("scoring") });
  listener.serve((request) => app.fetch(request));
}
