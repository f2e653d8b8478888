/**
 * The services of a local network on a device that was chosen for them.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { isFree } from "../../src/localnet/ports.ts";
import { startLocalnet } from "../../src/localnet/start.ts";
import { freePortBase, portsOf } from "../e2e/shell.ts";
import { absentDevice } from "../runtime/native/absent.ts";
import { bytesOf } from "./random.ts";

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
