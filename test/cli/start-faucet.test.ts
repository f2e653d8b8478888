/**
 * A faucet of one's own: pays from the active account, and says what keeps it from starting.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { runCli } from "../../src/cli/run.ts";
import { SOMA } from "../../src/cli/table.ts";
import { useNetwork } from "./network.ts";
import { makeDeps } from "./world.ts";

const MS_MAX = 60_000;
const POLL_MS = 20;
const network = useNetwork();

test(
  "it gives what it was told to, to whoever asks",
  async () => {
    const world = network.world();
    await world.run(["wallet", "new", "--alias", "ann"]);
    await world.run(["wallet", "new", "--alias", "bob"]);
    await world.run(["faucet"]);
    const { deps, texts, stop } = makeDeps({ env: { SOMA_CONFIG_DIR: world.configDir } });
    const words = ["start", "faucet", "--port", "0", "--amount", "7", "--num-coins", "2"];
    const running = runCli(SOMA, [...words, "--log-level", "silent", "--json"], deps);
    while (texts.stdout.length === 0) await Bun.sleep(POLL_MS);
    const { url, chain } = JSON.parse(texts.stdout.join(""));
    expect(chain).toBe("localnet");
    const asked = await world.json(["faucet", "--url", url, "--address", "bob"]);
    expect(asked).toMatchObject({ coins_sent: [{ amount: "7" }, { amount: "7" }] });
    expect(await world.json(["balance", "bob"])).toMatchObject({ total_balance: "14" });
    const taken = ["start", "faucet", "--port", new URL(url).port, "--json"];
    const second = await world.run(taken);
    expect(JSON.parse(second.stdout).error.code).toBe("port_in_use");
    stop("SIGTERM");
    expect(await running).toBe(0);
    expect(await world.json(["faucet", "--url", url])).toMatchObject({
      error: { code: "connection_failed" },
    });
  },
  MS_MAX,
);

test("without a network it does not start", async () => {
  const world = network.world();
  await world.run(["wallet", "new"]);
  await world.run(["env", "new", "--alias", "nowhere", "--rpc", "http://127.0.0.1:1"]);
  const words = ["start", "faucet", "--port", "0", "--client.env", "nowhere", "--json"];
  const { code, stdout } = await world.run(words);
  expect({ code, error: JSON.parse(stdout).error.code }).toEqual({
    code: 1,
    error: "connection_failed",
  });
});
