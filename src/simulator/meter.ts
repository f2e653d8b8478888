/**
 * A ledger of where the time of a run goes: microseconds by component. A run without one measures
 * nothing. The clock comes from outside; what it says is reported and decides nothing.
 *
 * @module
 */

/** What one component has cost. */
export type Cost = { count: number; micros: number };

/** The costs of a run. */
export class Meter {
  readonly costs: Map<string, Cost> = new Map();
  private readonly nowMicros: () => number;

  constructor(nowMicros: () => number) {
    this.nowMicros = nowMicros;
  }

  /** Does `work` on the account of a component. */
  measure<T>(component: string, work: () => T): T {
    const start = this.nowMicros();
    const result = work();
    const cost = this.costs.get(component) ?? { count: 0, micros: 0 };
    this.costs.set(component, cost);
    cost.count++;
    cost.micros += this.nowMicros() - start;
    return result;
  }
}
