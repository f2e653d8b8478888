/**
 * The services of a local network for models, and on a device, that were chosen for them.
 *
 * @module
 */
import { afterAll, expect, test } from "bun:test";

import { SomaClient } from "../../src/client/client.ts";
import { isFree } from "../../src/localnet/ports.ts";
import { startLocalnet } from "../../src/localnet/start.ts";
import { V1 } from "../../src/model/config.ts";
import { freePortBase, portsOf } from "../e2e/shell.ts";
import { absentDevice } from "../runtime/native/absent.ts";
import { DATA, describe, requestOf } from "../scoring/world.ts";
import { removeTemporary, temporaryDirectory } from "../storage/temporary.ts";
import { bytesOf } from "./random.ts";

afterAll(removeTemporary);

test("a network for full models has their targets and scores them, and keeps to it", async () => {
  const [rpc = 0, faucet = 0, scoring = 0, admin = 0] = portsOf(freePortBase());
  const options = {
    directory: temporaryDirectory(),
    ports: { rpc, faucet, scoring, admin },
    committeeSize: 1,
    randomBytes: bytesOf(1),
  };
  for (const model of [{ model: V1 }, {}]) {
    const network = await startLocalnet({ ...options, ...model });
    const { target_embedding_dim } = await new SomaClient(network.urls.rpc).parameters();
    expect(target_embedding_dim).toBe(2048n);
    const file = describe(DATA, "http://127.0.0.1:1/");
    const body = JSON.stringify(requestOf(file, [file]));
    const answer = await fetch(`${network.urls.scoring}/score`, { method: "POST", body });
    expect(await answer.text()).toContain("models have 2048");
    await network.stop();
  }
});

test("a network whose device is not there does not start, and its ports are free", async () => {
  const [rpc = 0, faucet = 0, scoring = 0, admin = 0] = portsOf(freePortBase());
  const starting = startLocalnet({
    directory: undefined,
    ports: { rpc, faucet, scoring, admin },
    hasDemoModels: false,
    scoring: { device: absentDevice() },
    randomBytes: bytesOf(1),
  });
  await expect(starting).rejects.toMatchObject({ code: "device_absent" });
  expect([rpc, faucet, scoring, admin].every(isFree)).toBe(true);
});
