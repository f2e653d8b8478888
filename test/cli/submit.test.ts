/**
 * A file on its way to a target: submitted and claimed, or cut off at any point and finished later;
 * and what is said of files and networks that do not do.
 *
 * @module
 */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { runCli } from "../../src/cli/run.ts";
import { SOMA } from "../../src/cli/table.ts";
import { useNetwork } from "./network.ts";
import { makeDeps, makeWorld, temporaryDir, type World } from "./world.ts";

const MS_MAX = 60_000;
const MEBIBYTE = 1024 * 1024;

/** How a gate between a client and the node treats a request: `undefined` lets it through. */
type Refusal = (
  request: Request,
  forward: () => Promise<Response>,
) => Promise<Response> | Response | undefined;

const network = useNetwork();
const gates: Bun.Server<undefined>[] = [];
let files = 0;

afterAll(async () => {
  await Promise.all(gates.map((gate) => gate.stop(true)));
});

/** A file of prose that no other test submits. */
function proseFile(): string {
  const file = join(temporaryDir(), "prose.txt");
  const prose = readFileSync(new URL("../vectors/held-back/english.bin", import.meta.url));
  writeFileSync(file, `${files++}\n${prose.subarray(0, 600).toString("latin1")}`);
  return file;
}

async function funded(): Promise<World> {
  const world = network.world();
  await world.run(["wallet", "new"]);
  expect(await world.run(["faucet"])).toMatchObject({ code: 0 });
  return world;
}

/** Puts a gate in front of the node and makes it the world's environment. */
async function gated(world: World, refusal: { current: Refusal }): Promise<void> {
  const { rpc } = network.localnet().urls;
  const gate = Bun.serve({
    port: 0,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url);
      const body = request.body === null ? undefined : await request.arrayBuffer();
      const { method, headers } = request;
      const init = { method, headers, ...(body && { body }) };
      const forward = (): Promise<Response> => fetch(`${rpc}${pathname}${search}`, init);
      return (await refusal.current(request, forward)) ?? forward();
    },
  });
  gates.push(gate);
  const rpcFlag = ["--rpc", `http://127.0.0.1:${gate.port}`];
  await world.run(["env", "new", "--alias", "gated", ...rpcFlag]);
  await world.run(["env", "switch", "gated"]);
}

async function errorOf(world: World, ...words: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await world.run([...words, "--json"]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
  return JSON.parse(stdout).error.code;
}

function journalOf({ configDir }: World): readonly string[] {
  return readdirSync(join(configDir, "journal"));
}

async function filledBy(world: World): Promise<readonly { target_id: string }[]> {
  const address = (await world.json(["wallet", "active"])) as string;
  const words = ["target", "list", "--status", "filled", "--submitter", address];
  return ((await world.json(words)) as { targets: { target_id: string }[] }).targets;
}

describe("a round", () => {
  test(
    "submit, two epochs, claim: the balance grows by the published share",
    async () => {
      const world = await funded();
      const file = proseFile();
      const planned = (await world.json(["submit", file, "--dry-run"])) as Record<string, string>;
      expect(await filledBy(world)).toEqual([]);
      const target = planned["target_id"]!;
      const sent = (await world.json(["submit", file, "--target", target])) as {
        readonly [name: string]: string;
      } & { readonly reward_shares: Record<string, string>; readonly claimable_epoch: number };
      const { bond, reward, target_id, executed_epoch } = sent;
      expect({ bond, reward, target_id }).toEqual({
        bond: planned["bond"],
        reward: planned["reward"],
        target_id: target,
      });
      expect(sent.claimable_epoch).toBe(Number(executed_epoch) + 2);
      expect(journalOf(world)).toEqual([]);
      expect(await (await fetch(sent["data_url"]!)).text()).toBe(readFileSync(file, "utf8"));
      expect(await errorOf(world, "submit", file, "--target", target)).toBe("target_not_open");
      const claim = ["target", "claim", target, "--json"];
      const early = JSON.parse((await world.run(claim)).stdout);
      expect(early.status.Failure.code).toBe("AuditWindowOpen");
      for (const _ of [1, 2]) await world.run(["epoch", "advance"]);
      const balance = async (): Promise<bigint> =>
        BigInt(((await world.json(["balance"])) as { total_balance: string }).total_balance);
      const before = await balance();
      const claimed = JSON.parse((await world.run(claim)).stdout);
      const { submitter, claimer } = sent.reward_shares;
      const gain = BigInt(submitter!) + BigInt(claimer!) + BigInt(bond!);
      expect((await balance()) - before).toBe(gain - BigInt(claimed.fee.total_fee));
    },
    MS_MAX,
  );

  test(
    "for people: losses, distance, money and when",
    async () => {
      const world = await funded();
      const { code, stdout } = await world.run(["submit", proseFile()]);
      expect(code).toBe(0);
      for (const word of ["loss", "Winning Model", "at most", "Bond", "for you", "from epoch"]) {
        expect(stdout).toContain(word);
      }
      expect(stdout).toContain("Next: soma target claim 0x");
    },
    MS_MAX,
  );
});

describe("cut off", () => {
  test(
    "between finality and upload: the next submit of the file finishes it",
    async () => {
      const world = await funded();
      const refusal: { current: Refusal } = {
        current: ({ method }) =>
          method === "PUT" ? new Response("busy", { status: 503 }) : undefined,
      };
      await gated(world, refusal);
      const file = proseFile();
      expect(await errorOf(world, "submit", file)).toBe("unavailable");
      const [filled] = await filledBy(world);
      expect(journalOf(world)).toHaveLength(2);
      refusal.current = () => undefined;
      const again = await world.json(["submit", file]);
      expect(again).toMatchObject({ resumed: true, target_id: filled!.target_id });
      expect(await filledBy(world)).toHaveLength(1);
      expect(journalOf(world)).toEqual([]);
      const { data_url: url } = again as { data_url: string };
      const { pathname } = new URL(url);
      const hosted = await fetch(network.localnet().urls.rpc + pathname);
      expect(await hosted.text()).toBe(readFileSync(file, "utf8"));
    },
    MS_MAX,
  );

  test(
    "while the answer was on its way: --resume finishes it, without the file",
    async () => {
      const world = await funded();
      const refusal: { current: Refusal } = {
        current: async ({ method, url }, forward) => {
          if (method !== "POST" || !url.endsWith("/v1/transactions")) return forward();
          await forward();
          return new Response("lost", { status: 502 });
        },
      };
      await gated(world, refusal);
      const file = proseFile();
      expect(await errorOf(world, "submit", file)).toBe("http_error");
      const [filled] = await filledBy(world);
      truncateSync(file);
      refusal.current = () => undefined;
      expect(await world.json(["submit", "--resume"])).toEqual({
        resumed: [{ target_id: filled!.target_id, outcome: "hosted" }],
      });
      expect(await world.json(["submit", "--resume"])).toEqual({ resumed: [] });
    },
    MS_MAX,
  );

  test(
    "by Ctrl-C before it arrived: it says how to go on, and the target stays open",
    async () => {
      const world = await funded();
      const options = { env: { SOMA_CONFIG_DIR: world.configDir } };
      const { deps, stop, texts } = makeDeps(options);
      const refusal: { current: Refusal } = {
        current: async ({ method, url }, forward) => {
          if (method !== "POST" || !url.endsWith("/v1/transactions")) return forward();
          stop("SIGINT");
          return new Response("never", { status: 502 });
        },
      };
      await gated(world, refusal);
      const code = await runCli(SOMA, ["submit", proseFile()], deps);
      expect(code).toBe(130);
      expect(texts.stderr.join("")).toContain("soma submit --resume");
      refusal.current = () => undefined;
      const { resumed } = (await world.json(["submit", "--resume"])) as { resumed: unknown[] };
      expect(resumed).toMatchObject([{ outcome: "waiting" }]);
      await world.run(["env", "switch", "localnet"]);
      await world.run(["epoch", "advance"]);
      await world.run(["env", "switch", "gated"]);
      const later = (await world.json(["submit", "--resume"])) as { resumed: unknown[] };
      expect(later.resumed).toMatchObject([{ outcome: "lost" }]);
      expect(journalOf(world)).toEqual([]);
    },
    MS_MAX,
  );
});

describe("bad input", () => {
  test.each([[[]], [["x", "--resume"]], [["x", "--limit", "0"]], [["x", "--target", "0x12"]]])(
    "submit %j is typed wrongly",
    async (words) => {
      const { code, stdout } = await makeWorld().run(["submit", ...words, "--json"]);
      expect(code).toBe(2);
      expect(JSON.parse(stdout).error.code).toBe("usage");
    },
  );

  test.each([
    ["missing", "file_missing"],
    ["empty", "file_empty"],
    ["folder", "not_a_file"],
    ["pipe", "not_a_file"],
  ])("a file that is %s", async (name, code) => {
    const folder = temporaryDir();
    writeFileSync(join(folder, "empty"), "");
    mkdirSync(join(folder, "folder"));
    expect(Bun.spawnSync(["mkfifo", join(folder, "pipe")]).exitCode).toBe(0);
    expect(await errorOf(makeWorld(), "submit", join(folder, name))).toBe(code);
    const score = ["score", join(folder, name), "--weights", "x"];
    expect(await errorOf(makeWorld(), ...score)).toBe(code);
  });

  test("a file that is too large, an account without coins, a target that is none", async () => {
    const world = network.world();
    await world.run(["wallet", "new"]);
    const large = join(temporaryDir(), "large");
    writeFileSync(large, "");
    truncateSync(large, 64 * MEBIBYTE);
    expect(await errorOf(world, "submit", large)).toBe("file_too_large");
    const file = proseFile();
    const target = `0x${"1".repeat(64)}`;
    expect(await errorOf(world, "submit", file, "--target", target)).toBe("target_not_found");
    expect(await errorOf(world, "submit", file)).toBe("insufficient_funds");
    expect(journalOf(world)).toEqual([]);
  });

  test("without room for the journal nothing is sent", async () => {
    const world = await funded();
    writeFileSync(join(world.configDir, "journal"), "in the way");
    expect(await errorOf(world, "submit", proseFile())).toBe("file_error");
    expect(await filledBy(world)).toEqual([]);
  });

  test("without a network", async () => {
    const world = makeWorld();
    await world.run(["wallet", "new"]);
    await world.run(["env", "new", "--alias", "nowhere", "--rpc", "http://127.0.0.1:1"]);
    const words = ["submit", proseFile(), "--client.env", "nowhere"];
    expect(await errorOf(world, ...words)).toBe("connection_failed");
  });
});
