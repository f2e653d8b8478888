/**
 * A program whose message handler has a bug: it must end, not go on. Run by a test.
 *
 * @module
 */
import { assert } from "../../src/base/assert.ts";
import { mesh } from "../conformance/transport.ts";
import { openTlsWorld } from "./tls-world.ts";

// As the entry point does: an error nobody caught ends the process.
process.on("uncaughtException", (error) => {
  process.stderr.write(String(error));
  process.exit(70);
});

const world = openTlsWorld();
const [left, right] = [await world.node(), await world.node()];
Object.assign(right.record, { onMessage: () => assert(false, "the handler is right") });
await mesh([left, right]);
left.transport.send(right.key, new Uint8Array(1));
await Bun.sleep(2_000);
process.exit(0);
