/**
 * What ends in the middle: downloads that are interrupted, processes that are killed, and a node
 * that runs while its program is replaced. The version before works, the next try goes on, and
 * nothing is left lying about.
 *
 * @module
 */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { freePortBase, Shell } from "../shell.ts";
import { type HoldingServer, serveHolding } from "./holding-server.ts";
import { Person } from "./person.ts";
import { makeReleases, type ReleaseFolder } from "./releases.ts";

setDefaultTimeout(300_000);
const [OLD, NEW] = ["testnet-v0.1.0", "testnet-v0.2.0"] as const;
const canRun = process.platform === "linux" && Bun.which("curl") !== null;
const HELD_BYTES = 1_000_000;
const POLL_MS = 2;
const PATIENCE_MS = 60_000;
const DEEP = { recursive: true } as const;
const OLD_DATE = new Date("2020-01-01");
const STATUS = z.object({ chain_id: z.string(), server_reachable: z.literal(true) });

let releases: ReleaseFolder;
let server: HoldingServer;

beforeAll(() => {
  if (!canRun) return;
  releases = makeReleases([OLD, NEW]);
  server = serveHolding(releases.folder, HELD_BYTES);
});

afterAll(() => {
  server?.close();
  releases?.close();
});

/** Somebody new who has the old version. */
async function settle(): Promise<Person> {
  const person = new Person(releases);
  expect(await person.pipe("--version 0.1.0")).toMatchObject({ code: 0 });
  return person;
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    if (holds()) return;
    await Bun.sleep(POLL_MS);
  }
  throw new Error("what was waited for did not come");
}

/** The bytes of the download that is not complete yet. */
function partBytes(person: Person): number {
  const cache = join(person.home, ".cache/sup");
  const name = list(cache).find((one) => one.endsWith(".part"));
  return name === undefined ? 0 : statSync(join(cache, name)).size;
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

test.skipIf(!canRun)(
  "an update that is stopped three times goes on, and leaves nothing",
  async () => {
    const person = await settle();
    const versions = join(person.home, ".local/share/sup/versions");
    const update = `${person.bin}/sup update`;
    const env = { SUP_INDEX_URL: server.url };

    const first = person.start(update, env);
    await until(() => partBytes(person) === HELD_BYTES);
    process.kill(first.pid, "SIGINT");
    expect(await first.exited).toBe(130);
    expect(await first.stderr.text()).toContain("goes on where it stopped");
    expect(await person.version()).toStartWith("soma 0.1.0");

    const second = person.start(update, env);
    await until(() => partBytes(person) === 2 * HELD_BYTES);
    process.kill(second.pid, "SIGKILL");
    await second.exited;
    expect(await person.version()).toStartWith("soma 0.1.0");

    server.letGo();
    const third = person.start(update, env);
    await until(() => list(versions).some((name) => name.startsWith(".new-")));
    process.kill(third.pid, "SIGKILL");
    await third.exited;
    expect(await person.version()).toStartWith("soma 0.1.0");

    expect(await person.sup("update", env)).toMatchObject({ code: 0 });
    expect(await person.version()).toStartWith("soma 0.2.0");
    expect(server.asked).toEqual([null, `bytes=${HELD_BYTES}-`, `bytes=${2 * HELD_BYTES}-`]);
    const ids = [OLD, NEW].map((tag) => `${tag}-${releases.platform}`);
    expect(list(versions)).toEqual(ids);
    expect(list(person.bin)).toEqual(["soma", "sup"]);
    expect(list(join(person.home, ".cache/sup"))).toEqual([`soma-${ids[1]}.tar.gz`]);
    person.leave();
  },
);

test.skipIf(!canRun)(
  "an install script that is stopped leaves nothing; the next one installs",
  async () => {
    const person = new Person(releases);
    const slow = serveHolding(releases.folder, HELD_BYTES);
    const folder = join(person.home, "t");
    mkdirSync(folder);
    const env = { SUP_INDEX_URL: slow.url, TMPDIR: folder };
    const script = person.start(`sh ${releases.folder}/install.sh`, env);
    await slow.held();
    // As a terminal does: to all that belongs to the command.
    process.kill(-script.pid, "SIGINT");
    expect(await script.exited).toBe(130);
    expect(list(folder)).toEqual([]);
    expect(list(person.bin)).toEqual([]);
    slow.letGo();
    expect(await person.run(`sh ${releases.folder}/install.sh`, env)).toMatchObject({ code: 0 });
    expect(list(folder)).toEqual([]);
    slow.close();
    person.leave();
  },
);

test.skipIf(!canRun)("what a killed install script left goes when it is old", async () => {
  const person = new Person(releases);
  const slow = serveHolding(releases.folder, HELD_BYTES);
  const folder = join(person.home, "t");
  for (const name of ["soma-install.fresh1", "other"]) mkdirSync(join(folder, name), DEEP);
  const env = { SUP_INDEX_URL: slow.url, TMPDIR: folder };
  const script = person.start(`sh ${releases.folder}/install.sh`, env);
  await slow.held();
  process.kill(-script.pid, "SIGKILL");
  await script.exited;
  const left = list(folder).filter((name) => !["soma-install.fresh1", "other"].includes(name));
  expect(left).toEqual([expect.stringMatching(/^soma-install\../) as string]);
  for (const name of [...left, "other"]) utimesSync(join(folder, name), OLD_DATE, OLD_DATE);
  slow.letGo();
  expect(await person.run(`sh ${releases.folder}/install.sh`, env)).toMatchObject({ code: 0 });
  expect(list(folder)).toEqual(["other", "soma-install.fresh1"]);
  slow.close();
  person.leave();
});

test.skipIf(!canRun)(
  "a network that runs is told of, goes on, and starts again as the new",
  async () => {
    const person = await settle();
    const shell = new Shell([join(person.bin, "soma")]);
    try {
      const base = freePortBase();
      const network = await shell.startLocalnet(base);
      const before = await shell.json(STATUS, "status");
      const update = await person.sup("update", { SOMA_CONFIG_DIR: shell.config });
      expect(update).toMatchObject({ code: 0 });
      expect(update.err).toContain(`process ${network.pid} runs with the version of before`);
      expect(await person.version()).toStartWith("soma 0.2.0");
      expect(await shell.json(STATUS, "status")).toEqual(before);
      expect((await network.stop()).code).toBe(0);
      await shell.startLocalnet(base);
      expect(await shell.json(STATUS, "status")).toEqual(before);
    } finally {
      await shell.close();
      person.leave();
    }
  },
);
