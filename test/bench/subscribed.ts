/**
 * A node port whose chain makes five checkpoints a second, as a process of its own: prints the port
 * and serves until its input ends. For benches of what subscribers cost.
 *
 * @module
 */
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { installNative } from "../../src/crypto/native.ts";
import { nodeHeaders, nodeMethods } from "../../src/rpc/grpc/node-methods.ts";
import { openPort } from "../../src/rpc/port/port.ts";
import { ALICE, BOB, Surface, transfer } from "../rpc/surface.ts";

const CHECKPOINT_MS = 200;

installNative();
const surface = new Surface();
const { reader, runner, feed } = surface.chain;
const ports = { chain: "localnet", reader, runner, feed, clock: SYSTEM_CLOCK };
const port = openPort({ hostname: "127.0.0.1", port: 0, bodyBytesMax: 1_024 });
await port.serve({
  http: (request) => surface.app.fetch(request),
  methods: nodeMethods(ports),
  headers: nodeHeaders(ports),
  report: (error) => console.error(error),
});
console.log(port.port);
setInterval(() => surface.chain.execute(transfer(surface, ALICE, BOB.address, 1n)), CHECKPOINT_MS);
await Bun.stdin.text();
surface.close();
process.exit(0);
