/**
 * What a local network serves to clients, each on its own port: the node's JSON surface, the
 * faucet, scoring and admin. The faucet talks to the node as any client does.
 *
 * @module
 */
import { adminMethods } from "../admin/grpc.ts";
import { createAdminApp } from "../admin/service.ts";
import { SYSTEM_CLOCK } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { BlobCache } from "../blobs/cache.ts";
import type { DirectoryBlobs } from "../blobs/directory.ts";
import { WITH_LOOPBACK } from "../blobs/guard.ts";
import { SomaClient } from "../client/client.ts";
import { Keypair } from "../client/keypair.ts";
import { clientChain } from "../faucet/client-chain.ts";
import { Dispenser } from "../faucet/dispenser.ts";
import { Giver } from "../faucet/giver.ts";
import { faucetMethods } from "../faucet/grpc.ts";
import { createFaucetApp } from "../faucet/service.ts";
import { type ModelConfig, SMALL } from "../model/config.ts";
import { ScoringDesk } from "../scoring/desk.ts";
import { ScoringEngine } from "../scoring/engine.ts";
import { scoringMethods } from "../scoring/grpc.ts";
import type { ScorerOptions } from "../scoring/scorer.ts";
import { createScoringApp } from "../scoring/service.ts";
import { SHANNONS_PER_SOMA } from "../types/coin.ts";
import type { Cleanup } from "./cleanup.ts";
import { createControl } from "./control.ts";
import type { Network } from "./found.ts";
import type { Nodes } from "./nodes.ts";
import type { Listener, Listeners } from "./ports.ts";
import { reporterOf, serveNode } from "./serve-node.ts";

/** What the services work with. */
export type ServiceParts = {
  readonly network: Network;
  readonly nodes: Nodes;
  readonly blobs: DirectoryBlobs;
  /** Which models the scoring service has, what it keeps of what it fetches, where it scores. */
  readonly scoring: ScorerOptions & { readonly model: ModelConfig; readonly cache: BlobCache };
  readonly listeners: Listeners;
  readonly log: Logger;
};

/** The name of the network to clients. */
export const CHAIN: string = "localnet";

// What the faucet gives for a request.
const FAUCET_GIFT = { coinCount: 5, amount: 100n * SHANNONS_PER_SOMA } as const;

const DOWNLOAD = { policy: WITH_LOOPBACK, random: Math.random } as const;

/** Puts the services behind their ports; how to end them goes to `cleanup`. */
export async function serveAll(parts: ServiceParts, cleanup: Cleanup): Promise<void> {
  const { listeners, log, nodes, blobs } = parts;
  const { rpc, faucet, scoring, admin } = listeners;
  const { here: node, stats } = nodes;
  const surface = { chain: CHAIN, blobs, policy: DOWNLOAD.policy, log: log.named("rpc"), stats };
  if (node !== undefined) await serveNode(rpc, { ...surface, node });
  if (faucet !== undefined) await serveFaucet(faucet, rpc.url, parts, cleanup);
  if (scoring !== undefined) await serveScoring(scoring, parts, cleanup);
  await serveAdmin(admin, parts);
}

function serveFaucet(
  listener: Listener,
  rpcUrl: string,
  { network, log }: ServiceParts,
  cleanup: Cleanup,
): Promise<void> {
  const keypair = new Keypair(network.record.account_keys.faucet);
  const dispenser = new Dispenser({
    chain: clientChain(new SomaClient(rpcUrl)),
    owner: keypair.address,
    sign: (data) => keypair.sign(data),
    ...FAUCET_GIFT,
    log: log.named("faucet"),
  });
  cleanup.add(() => dispenser.stop());
  const giver = new Giver(dispenser, SYSTEM_CLOCK);
  const app = createFaucetApp({ giver, log: log.named("faucet") });
  return listener.serve({
    http: (request) => app.fetch(request),
    methods: faucetMethods(giver),
    report: reporterOf(log.named("faucet")),
  });
}

async function serveScoring(
  listener: Listener,
  { blobs, log: parent, scoring }: ServiceParts,
  cleanup: Cleanup,
): Promise<void> {
  // Weights and data that were uploaded to this network's node are at hand already.
  const log = parent.named("scoring");
  const engine = new ScoringEngine({
    ...scoring,
    onDevice: ({ name, adapter }) => log.info(`models run on ${name}: ${adapter.name}`),
    library: blobs,
    keepsPlain: true,
    download: DOWNLOAD,
  });
  cleanup.add(() => engine.stop());
  // The processor is always there, has room for a small model, and opens with the first request.
  const isGiven = scoring.device === undefined || scoring.device === "cpu";
  if (!isGiven || scoring.model !== SMALL) await engine.open();
  const desk = new ScoringDesk({ engine, clock: SYSTEM_CLOCK, log });
  const options = { desk, dim: scoring.model.dim, log };
  const app = createScoringApp(options);
  return listener.serve({
    http: (request, { allowSilence }) => app.fetch(request, { allowSilence }),
    methods: scoringMethods(options),
    report: reporterOf(log),
  });
}

function serveAdmin(listener: Listener, { nodes, log: parent }: ServiceParts): Promise<void> {
  const log = parent.named("admin");
  const control = createControl(nodes);
  const app = createAdminApp(control, log);
  return listener.serve({
    http: (request) => app.fetch(request),
    methods: adminMethods(control),
    report: reporterOf(log),
  });
}
