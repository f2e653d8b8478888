/**
 * What must be undone, in reverse, when something that was begun ends: well or half-way.
 *
 * @module
 */

/** Undoes a step. */
export type Undo = () => void | Promise<void>;

/** Steps to undo. */
export class Cleanup {
  private readonly steps: Undo[] = [];
  private done: Promise<void> | undefined;

  /** Remembers how to undo what was just done. */
  add(undo: Undo): void {
    this.steps.push(undo);
  }

  /** Undoes everything once, the latest first; the first failure is thrown at the end. */
  run(): Promise<void> {
    return (this.done ??= this.undoAll());
  }

  private async undoAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const undo of this.steps.toReversed()) {
      try {
        await undo();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}
