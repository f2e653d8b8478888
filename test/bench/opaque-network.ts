/**
 * A committee that orders bytes, each validator a process of its own.
 *
 * @module
 */
import { join } from "node:path";

import type { OpaqueOrder } from "./opaque.ts";

const SCRIPT = join(import.meta.dir, "opaque.ts");

/** A committee that orders bytes. */
export type OpaqueNetwork = {
  /** How many transactions a second every validator saw ordered. */
  readonly measure: (durationMs: number) => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** Starts a committee of `size` to which clients offer `perSecond` transactions together. */
export async function openOpaqueNetwork(
  size: number,
  perSecond: number,
  directory: string,
): Promise<OpaqueNetwork> {
  const nodes = Array.from({ length: size }, (_, authority) =>
    startProcess({ size, authority, perSecond: perSecond / size, directory }),
  );
  const ports = await Promise.all(nodes.map((node) => node.heard()));
  for (const node of nodes) node.say(ports);
  const least = async (): Promise<number> => {
    const counts = nodes.map((node) => {
      node.say("count");
      return node.heard();
    });
    return Math.min(...(await Promise.all(counts)));
  };
  return {
    measure: async (durationMs) => {
      const [before, startMs] = [await least(), performance.now()];
      await Bun.sleep(durationMs);
      return (((await least()) - before) * 1_000) / (performance.now() - startMs);
    },
    stop: async () => {
      for (const { child } of nodes) child.kill();
      await Promise.all(nodes.map(({ child }) => child.exited));
    },
  };
}

type NodeProcess = {
  readonly child: Bun.Subprocess;
  readonly say: (message: "count" | readonly number[]) => void;
  /** The next number that the process says: its port first, then what it is asked to count. */
  readonly heard: () => Promise<number>;
};

function startProcess(order: OpaqueOrder): NodeProcess {
  let next = Promise.withResolvers<number>();
  const child = Bun.spawn([process.execPath, SCRIPT, JSON.stringify(order)], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: (value: number) => next.resolve(value),
  });
  const heard = async (): Promise<number> => {
    const value = await next.promise;
    next = Promise.withResolvers<number>();
    return value;
  };
  return { child, say: (message) => child.send(message), heard };
}
