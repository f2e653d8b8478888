/**
 * What a node counts while it runs.
 *
 * @module
 */

/** Counters of one node since it started. */
export type Counters = {
  /** Messages of peers. */
  messages: number;
  /** Messages that nothing was done with, such as those of another epoch. */
  messagesIgnored: number;
  /** Messages that could not be queued for their peer. */
  messagesLost: number;
  /** What peers did that no honest one does. */
  offences: number;
  /** Pairs of blocks that one authority signed for one round. */
  evidence: number;
  steps: number;
  /** Blocks persisted, own ones and others. */
  blocks: number;
  commits: number;
  /** Certified checkpoints, and the transactions in them. */
  checkpoints: number;
  transactions: number;
};

/** Nothing counted. */
export function newCounters(): Counters {
  return {
    messages: 0,
    messagesIgnored: 0,
    messagesLost: 0,
    offences: 0,
    evidence: 0,
    steps: 0,
    blocks: 0,
    commits: 0,
    checkpoints: 0,
    transactions: 0,
  };
}
