/**
 * Twenty thousand connections that come and go, and a thousand that stay and say nothing more, in
 * constant memory and without a file descriptor left behind.
 *
 * @module
 */
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";

import { openPort } from "../../../src/rpc/port/port.ts";
import { BEGINNINGS, dropIn, stay } from "./crowd.ts";

const CONNECTIONS = 20_000;
const AT_ONCE = 100;
const STAYING = 500;
const GROWTH_BYTES_MAX = 96 * 1024 * 1024;
const DESCRIPTORS_LEFT_MAX = 32;

const descriptors = (): number => readdirSync("/proc/self/fd").length;

function measure(): number {
  Bun.gc(true);
  return process.memoryUsage().rss;
}

test(
  "a crowd",
  async () => {
    const port = openPort({ hostname: "127.0.0.1", port: 0, bodyBytesMax: 1_000_000 });
    const report = (): void => undefined;
    await port.serve({ http: () => new Response("ok"), methods: [], report });
    const beginning = (index: number): string => BEGINNINGS[index % BEGINNINGS.length]!;
    const come = async (from: number, count: number): Promise<void> => {
      for (let done = 0; done < count; done += AT_ONCE) {
        const group = Array.from({ length: AT_ONCE }, (_, index) => from + done + index);
        await Promise.all(group.map((index) => dropIn(port.port, beginning(index))));
      }
    };
    await come(0, 2_000);
    const [startBytes, startDescriptors] = [measure(), descriptors()];
    await come(2_000, CONNECTIONS);
    const staying = Array.from({ length: STAYING }, (_, index) =>
      stay(port.port, beginning(index)),
    );
    const served = await fetch(`http://127.0.0.1:${port.port}/`);
    expect(await served.text()).toBe("ok");
    expect(measure() - startBytes).toBeLessThan(GROWTH_BYTES_MAX);
    for (const socket of staying) socket.destroy();
    const deadline = Date.now() + 30_000;
    while (descriptors() > startDescriptors + DESCRIPTORS_LEFT_MAX && Date.now() < deadline) {
      await Bun.sleep(50);
    }
    expect(descriptors()).toBeLessThanOrEqual(startDescriptors + DESCRIPTORS_LEFT_MAX);
    await port.stop();
  },
  { timeout: 600_000 },
);
