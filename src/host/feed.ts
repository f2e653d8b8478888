/**
 * Tells listeners of every checkpoint, in order, once it can be read.
 *
 * @module
 */
import type { CheckpointBundle } from "../types/bundle.ts";

type Listener = (bundle: CheckpointBundle) => void;

/** Who listens to the checkpoints of one node. */
export class Feed {
  private readonly listeners = new Set<Listener>();

  /** Adds a listener; returns how to remove it. */
  listen(listener: Listener): () => void {
    // A function that listens twice is two listeners.
    const own: Listener = (bundle) => listener(bundle);
    this.listeners.add(own);
    return () => this.listeners.delete(own);
  }

  /** A checkpoint can be read. */
  emit(bundle: CheckpointBundle): void {
    for (const listener of this.listeners) listener(bundle);
  }
}
