/**
 * What the databases need now and then: blocks of past epochs are deleted and write-ahead logs
 * folded. Both delay whoever comes in the meantime, so they are done in small parts, when the node
 * has nothing else to do.
 *
 * @module
 */
import type { Node } from "../node/state.ts";
import type { NodeStorage } from "./node-storage.ts";

const TIDY_MS = 10_000;
/** Between parts while there is more to delete. */
const NEXT_PART_MS = 100;

/** Keeps the storage of a node in order; returns how to stop. */
export function keepHouse(
  { node, storage }: { readonly node: Node; readonly storage: NodeStorage },
  onFailure: (error: unknown) => void,
): () => void {
  let timer: Timer;
  const tidy = (): void => {
    try {
      const isMore = isQuiet(node) && storage.tidy(node.epoch.setting.number);
      timer = setTimeout(tidy, isMore ? NEXT_PART_MS : TIDY_MS);
    } catch (error) {
      onFailure(error);
    }
  };
  timer = setTimeout(tidy, TIDY_MS);
  return () => clearTimeout(timer);
}

function isQuiet({ mempool, chain }: Node): boolean {
  return mempool.size === 0 && chain.pendingCount === 0 && chain.openCount === 0;
}
