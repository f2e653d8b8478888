/**
 * A local network of processes under load while nodes are killed, stopped and cut off from each
 * other at random and a disk is filled. Afterwards all have one chain, nothing that a client was
 * told is final is lost, and the network goes on.
 *
 * `CHAOS_SEED` chooses the faults, `CHAOS_SECONDS` how long they last; the log says what was done.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { Prng } from "../../../src/base/prng.ts";
import { type NodeSettings, readConfig, writeConfig } from "../../../src/host/config.ts";
import type { Digest } from "../../../src/types/address.ts";
import { freePortBase, ID, type Running, Shell } from "../shell.ts";
import { Faults, pidsOf } from "./faults.ts";
import { readLedger } from "./ledgers.ts";
import { Links } from "./links.ts";
import { AMOUNT, Load } from "./load.ts";
import { SmallDisk } from "./small-disk.ts";

const SEED = Number(process.env["CHAOS_SEED"] ?? 1);
const SECONDS = Number(process.env["CHAOS_SECONDS"] ?? 180);
const VALIDATORS = 4;
const CLIENTS = 12;
const EPOCH = z.object({ epoch: z.number() });
/** Healing and reading come on top of the faults. */
const TEST_MS = SECONDS * 1_000 + 480_000;
const RETRY_MS = 1_000;
const HEAL_MS = 180_000;
const canRun = existsSync("/proc/self/stat");

const shell = new Shell();
const startMs = performance.now();
const closers: (() => void | Promise<void>)[] = [];
afterAll(async () => {
  await shell.close();
  for (const close of closers.reverse()) await close();
});

function log(line: string): void {
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1).padStart(7);
  process.stdout.write(`${seconds} s  ${line}\n`);
}

function start(base: number, wrapper: readonly string[] = []): Promise<Running> {
  const words = ["start", "localnet", "--port-base", String(base), "--processes", "--no-demo"];
  return shell.start(/Network ready/, words, { wrapper });
}

/** Lets each validator listen behind a forwarder, and gives the first one the small disk. */
async function rearrange(links: Links, disk: SmallDisk | undefined): Promise<void> {
  const behind = freePortBase();
  for (let number = 0; number < VALIDATORS; number++) {
    const path = configOf(number);
    const settings = readConfig(path);
    const listen = { ...settings.listen, port: behind + number };
    await links.open(number, settings.listen.port, listen.port);
    const moved = number === 0 && disk !== undefined ? move(settings, disk) : settings;
    writeConfig(path, { ...moved, listen });
  }
}

function configOf(number: number): string {
  return join(shell.config, `validator_${number}.yaml`);
}

function move(settings: NodeSettings, disk: SmallDisk): NodeSettings {
  const { dbPath, consensusDbPath } = settings;
  mkdirSync(disk.outside, { recursive: true });
  cpSync(dbPath, join(disk.outside, "ledger"), { recursive: true });
  cpSync(consensusDbPath, join(disk.outside, "consensus"), { recursive: true });
  return {
    ...settings,
    dbPath: join(disk.path, "ledger"),
    consensusDbPath: join(disk.path, "consensus"),
  };
}

/** Does `work` again until it succeeds: the network heals for a while. */
async function eventually<T>(work: () => Promise<T>): Promise<T> {
  const end = performance.now() + HEAL_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw error;
      await Bun.sleep(RETRY_MS);
    }
  }
}

function report(faults: Faults, { seen }: Load, epoch: number): void {
  const counts = [...faults.counts].map(([kind, count]) => `${count} ${kind}`).join(", ");
  log(`${counts}; ${seen.final.length} of ${seen.attempts} transfers final, epoch ${epoch}`);
  log(`errors: ${[...seen.failed].map(([code, count]) => `${count} ${code}`).join(", ")}`);
}

/** The databases that nodes left have one chain, with all that was final in it. */
function expectOneChain(disk: SmallDisk | undefined, final: readonly Digest[]): void {
  const validators = Array.from({ length: VALIDATORS }, (_, number) => configOf(number));
  const left = [...validators, join(shell.config, "fullnode.yaml")].map((path) => {
    const node = readConfig(path);
    return readLedger(disk?.rescue(node) ?? node, final);
  });
  const heights = left.map(({ checkpoints }) => checkpoints.length);
  log(`checkpoints: ${heights.join(", ")}`);
  const common = Math.min(...heights);
  for (const { checkpoints, missing } of left) {
    expect(missing).toEqual([]);
    expect(checkpoints.slice(0, common)).toEqual(left[0]!.checkpoints.slice(0, common));
  }
}

test.skipIf(!canRun)(
  `seed ${SEED}: ${SECONDS} seconds of faults lose nothing that was final`,
  async () => {
    await shell.json(z.object({ address: ID }), "wallet", "new");
    const base = freePortBase();
    await (await start(base)).stop();

    const disk = await SmallDisk.open(join(shell.config, "small"));
    if (disk === undefined) log("no disk is filled: this system mounts none for us");
    else closers.push(() => disk.close());
    const victims = { parent: 0 };
    const links = new Links(() => pidsOf(victims.parent));
    closers.push(() => links.close());
    await rearrange(links, disk);
    const network = await start(base, disk?.wrapper);
    victims.parent = network.pid;
    const faults = new Faults({ ...victims, links, disk, log }, new Prng(SEED));

    const load = new Load(base, CLIENTS);
    await load.fund();
    load.start();
    await faults.run(SECONDS * 1_000);
    log("all faults are undone");
    await eventually(() => load.once());
    await load.stop();
    // An epoch ends when every node is in the next one: they have all caught up.
    const { epoch } = await eventually(() => shell.json(EPOCH, "epoch", "advance"));
    const received = await load.received();
    const ended = await network.stop();
    if (ended.code !== 0) log(ended.stderr);
    expect(ended.code).toBe(0);

    report(faults, load, epoch);
    const { final, attempts } = load.seen;
    expect(final.length).toBeGreaterThan(SECONDS);
    expect(received).toBeGreaterThanOrEqual(BigInt(final.length) * AMOUNT);
    expect(received).toBeLessThanOrEqual(BigInt(attempts) * AMOUNT);
    expectOneChain(disk, final);
  },
  TEST_MS,
);
