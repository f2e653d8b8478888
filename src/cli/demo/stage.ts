/**
 * Where the demo plays: a local network and a wallet of its own in a temporary directory, on the
 * usual ports where they are free. Nothing of it is left at the end, and nothing else is touched.
 *
 * @module
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { SomaError } from "../../base/errors.ts";
import { createLogger } from "../../base/log.ts";
import { diskError } from "../../blobs/disk.ts";
import type { Localnet, LocalnetOptions } from "../../localnet/options.ts";
import { DEFAULT_PORTS, isFree, type ServicePorts } from "../../localnet/ports.ts";
import { startLocalnet } from "../../localnet/start.ts";
import { keyOfSeed } from "../../wallet/keystore.ts";
import { addKey } from "../../wallet/wallet.ts";
import type { Context } from "../command.ts";

/** What the round is played with. */
export type Stage = {
  /** That of the command, but with the wallet and the network of the demo. */
  readonly context: Context;
  readonly network: Localnet;
  /** The configuration directory. */
  readonly home: string;
  readonly bootMs: number;
  /** Stops the network and removes every file of it. */
  readonly close: () => Promise<void>;
};

const SEED_BYTES = 32;
const ANY_PORT = 0;

/** Boots a network with an account that has nothing yet. */
export async function openStage(context: Context): Promise<Stage> {
  const { clock, randomBytes } = context.deps;
  const home = makeHome();
  const removeHome = (): void => rmSync(home, { recursive: true, force: true });
  try {
    const clientConfig = join(home, "client.yaml");
    addKey(clientConfig, keyOfSeed(randomBytes(SEED_BYTES)), "demo");
    const startMs = clock.monotonicMs();
    const network = await boot({ directory: home, clientYaml: clientConfig, randomBytes });
    return {
      context: { ...context, globals: { ...context.globals, clientConfig, clientEnv: undefined } },
      network,
      home,
      bootMs: clock.monotonicMs() - startMs,
      close: () => network.stop().finally(removeHome),
    };
  } catch (error) {
    removeHome();
    throw error;
  }
}

/** Ports where clients look for a local network, or any where another program has them. */
export function demoPorts(isAvailable: (port: number) => boolean = isFree): ServicePorts {
  const entries = Object.entries(DEFAULT_PORTS).map(
    ([service, port]) => [service, isAvailable(port) ? port : ANY_PORT] as const,
  );
  return Object.fromEntries(entries);
}

async function boot(
  place: Pick<LocalnetOptions, "clientYaml" | "randomBytes"> & { readonly directory: string },
): Promise<Localnet> {
  const options = { ...place, log: createLogger({ level: "error" }) };
  try {
    return await startLocalnet({ ...options, ports: demoPorts() });
  } catch (error) {
    // Somebody took a port between the look and the use.
    if (!(error instanceof SomaError) || error.code !== "port_in_use") throw error;
    return startLocalnet({ ...options, ports: demoPorts(() => false) });
  }
}

function makeHome(): string {
  const base = tmpdir();
  try {
    return mkdtempSync(join(base, "soma-demo-"));
  } catch (error) {
    throw diskError(base, error);
  }
}
