/**
 * Ports of a local network: bound together or not at all, with who holds what is taken.
 *
 * @module
 */
import { afterEach, expect, test } from "bun:test";

import { SomaError } from "../../src/base/errors.ts";
import { portHolder } from "../../src/localnet/port-holder.ts";
import {
  choosePorts,
  isFree,
  listenAll,
  type Listeners,
  LOOPBACK,
  type ServicePorts,
  stopAll,
} from "../../src/localnet/ports.ts";
import { randomOf } from "./random.ts";

const open: Listeners<ServicePorts>[] = [];

afterEach(async () => {
  for (const listeners of open.splice(0)) await stopAll(listeners);
});

async function listen<P extends ServicePorts>(ports: P): Promise<Listeners<P>> {
  const listeners = await listenAll(ports);
  open.push(listeners);
  return listeners;
}

async function refusal(ports: ServicePorts): Promise<SomaError> {
  const error: unknown = await listen(ports).catch((reason: unknown) => reason);
  if (error instanceof SomaError) return error;
  throw new Error("the ports were bound");
}

test("a service answers that it starts until it is there, then as its handler says", async () => {
  const { rpc } = await listen({ rpc: 0 });
  const before = await fetch(`${rpc.url}/v1/info`);
  expect([before.status, before.headers.get("retry-after")]).toEqual([503, "1"]);
  await rpc.serve({
    http: (request) => new Response(new URL(request.url).pathname),
    methods: [],
    report: () => undefined,
  });
  expect(await (await fetch(`${rpc.url}/v1/info`)).text()).toBe("/v1/info");
});

test("a taken port is named with its holder and the flag that chooses another", async () => {
  const { faucet } = await listen({ faucet: 0 });
  const error = await refusal({ rpc: 0, faucet: faucet.port });
  expect(error.code).toBe("port_in_use");
  expect(error.message).toContain(`port ${faucet.port} of the faucet is taken by `);
  expect(error.hint).toContain("`--faucet-port N`");
  expect(error.hint).toContain("`--port-base N`");
});

test("all ports that are taken are named, and none stays bound", async () => {
  const { rpc, admin } = await listen({ rpc: 0, admin: 0 });
  const [spare] = choosePorts(1, randomOf(1));
  const ports = { rpc: rpc.port, scoring: spare!, admin: admin.port };
  const { message } = await refusal(ports);
  expect(message).toMatch(
    new RegExp(`port ${ports.rpc} of the node.*port ${ports.admin} of admin`),
  );
  expect(isFree(spare!)).toBe(true);
});

test.skipIf(process.platform !== "linux")("the holder of a port is a process by name", async () => {
  const { rpc } = await listen({ rpc: 0 });
  expect(portHolder(rpc.port)).toStartWith(`process ${process.pid} (`);
  await stopAll({ rpc });
  expect(portHolder(rpc.port)).toBeUndefined();
});

test("chosen ports are free, different, and below those of outgoing connections", () => {
  const ports = choosePorts(20, randomOf(2));
  expect(new Set(ports).size).toBe(20);
  expect(ports.every((port) => port >= 20_000 && port < 30_000 && isFree(port))).toBe(true);
});

test("a port that somebody took is not chosen", () => {
  const [first] = choosePorts(1, randomOf(3));
  const holder = Bun.listen({
    hostname: LOOPBACK,
    port: first!,
    socket: { data: () => undefined },
  });
  expect(choosePorts(1, randomOf(3))).not.toEqual([first!]);
  holder.stop(true);
});

test("without a free port there is an error and no endless search", () => {
  expect(() => choosePorts(2, () => 0.5)).toThrow("no 2 free ports");
});
