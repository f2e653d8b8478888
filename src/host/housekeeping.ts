/**
 * What the databases need now and then. Checkpoints are put on disk every few seconds. Blocks of
 * past epochs are deleted and write-ahead logs folded; both delay whoever comes in the meantime, so
 * they are done in small parts, when the node has nothing else to do.
 *
 * @module
 */
import type { Node } from "../node/state.ts";
import type { NodeStorage } from "./node-storage.ts";

const FLUSH_MS = 2_000;
const TIDY_MS = 10_000;
/** Between parts while there is more to delete. */
const NEXT_PART_MS = 100;

/** Keeps the storage of a node in order; returns how to stop. */
export function keepHouse(
  { node, storage }: { readonly node: Node; readonly storage: NodeStorage },
  onFailure: (error: unknown) => void,
): () => void {
  const tidy = (): number => {
    const isMore = isQuiet(node) && storage.tidy(node.epoch.setting.number);
    return isMore ? NEXT_PART_MS : TIDY_MS;
  };
  const flush = (): number => {
    storage.flush();
    return FLUSH_MS;
  };
  // Nodes that start together are not to be busy together.
  const firstMs = Math.random() * FLUSH_MS;
  const stops = [every(firstMs, flush, onFailure), every(TIDY_MS, tidy, onFailure)];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Runs `work` after `waitMs` and again after as long as it says; returns how to stop. */
function every(
  waitMs: number,
  work: () => number,
  onFailure: (error: unknown) => void,
): () => void {
  const run = (): void => {
    try {
      timer = setTimeout(run, work());
    } catch (error) {
      onFailure(error);
    }
  };
  let timer = setTimeout(run, waitMs);
  return () => clearTimeout(timer);
}

function isQuiet({ mempool, chain }: Node): boolean {
  return mempool.size === 0 && chain.pendingCount === 0 && chain.openCount === 0;
}
