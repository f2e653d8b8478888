/**
 * The competition as a command sees it: an engine that scores on this machine with the weights that
 * the network names, and a piece of data among the targets that are open.
 *
 * @module
 */
import { PUBLIC_ONLY, WITH_LOOPBACK } from "../blobs/guard.ts";
import type { SomaClient } from "../client/client.ts";
import { SMALL } from "../model/config.ts";
import type { DeviceChoice } from "../runtime/backend.ts";
import { type ArenaOptions, openArena } from "../scoring/arena.ts";
import { Contender, type Contest } from "../scoring/contender.ts";
import { ScoringEngine } from "../scoring/engine.ts";
import type { ScoringDevice } from "../scoring/job.ts";
import { sizeForDim } from "../scoring/sizes.ts";
import type { Context } from "./command.ts";
import { showCompetition } from "./competition-progress.ts";
import { interruptible } from "./interrupt.ts";
import { walletPath } from "./open-wallet.ts";
import { openScoringCache } from "./scoring-cache.ts";

/** Data that competes, until it is closed. */
export type Competition = {
  readonly contender: Contender;
  readonly close: () => Promise<void>;
};

/** What competes where. */
export type CompetitionOptions = {
  /** Features of an embedding in this network. */
  readonly dim: number;
  readonly device: DeviceChoice;
  /** What models may take of its memory; what it has when absent. */
  readonly memoryBytes?: number | undefined;
};

const LOOPBACK_HOSTS = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Lets `data` compete at the targets of the network, whose embeddings have `dim` values. */
export function openCompetition(
  context: Context,
  client: SomaClient,
  data: Uint8Array,
  options: ArenaOptions & CompetitionOptions,
): Competition {
  const cache = openScoringCache(walletPath(context));
  const isLocal = LOOPBACK_HOSTS.has(new URL(client.url).hostname);
  const model = sizeForDim(options.dim);
  const { device, memoryBytes } = options;
  // A small model is done before another device has opened.
  const isObvious = device === "auto" && model === SMALL;
  const engine = new ScoringEngine({
    model,
    cache: cache.blobs,
    device: isObvious ? "cpu" : device,
    memoryBytes,
    ...(isObvious ? {} : { onDevice: (opened) => tellDevice(context, opened) }),
    download: { policy: isLocal ? WITH_LOOPBACK : PUBLIC_ONLY, random: Math.random },
  });
  return {
    contender: new Contender(engine, openArena(client, options), data),
    close: () => engine.stop().finally(cache.release),
  };
}

/** Says on which device models run, and why it is no better one. */
function tellDevice({ output }: Context, device: ScoringDevice): void {
  const { name, adapter, passedOver } = device;
  for (const reason of passedOver) output.note(`Passed over: ${reason}`);
  output.note(`Scoring on ${name}: ${adapter.name}, ${adapter.driver}`);
}

/** How the data does at the targets that are open now; shows how far the scoring is. */
export async function compete(context: Context, contender: Contender): Promise<Contest> {
  const { finish, ...watch } = showCompetition(context);
  return interruptible(context.deps, "nothing was sent", (signal) =>
    contender.compete({ ...watch, signal }),
  ).finally(finish);
}
