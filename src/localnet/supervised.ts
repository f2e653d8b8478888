/**
 * What a node that another process supervises says and hears, over the channel that it was started
 * with: it tells each epoch it enters, ends one when it is told to, and does not outlive whoever
 * started it.
 *
 * @module
 */
import type { RunningNode } from "../host/run-node.ts";

/** What a supervisor tells a node. */
export const ADVANCE_EPOCH = "advance-epoch";

/** What a node tells its supervisor: that it runs, and the epoch it is in, in decimal. */
export type NodeReport = { readonly epoch: string };

/** Obeys the process that started this one, if it supervises; resolves when that is gone. */
export function obeySupervisor(node: RunningNode): Promise<void> {
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  if (process.send === undefined) return gone;
  const report = (): void => {
    const said: NodeReport = { epoch: `${node.epoch()}` };
    if (process.connected) process.send?.(said);
  };
  process.on("message", (order) => {
    if (order === ADVANCE_EPOCH) node.advanceEpoch();
  });
  process.on("disconnect", resolve);
  // The node enters an epoch right after it has told the checkpoint that ends the one before.
  node.feed(() => setImmediate(report));
  report();
  return gone;
}
