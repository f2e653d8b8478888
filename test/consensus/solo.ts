/**
 * One core under test among authorities that the test plays: it makes their blocks and sees what
 * the core answers.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import type { Consensus } from "../../src/consensus/core.ts";
import type { ConsensusConfig, Input, Output, RecoveredState } from "../../src/consensus/io.ts";
import { createConsensus } from "../../src/consensus/recover.ts";
import { step } from "../../src/consensus/step.ts";
import type { Block, SignedBlock } from "../../src/types/block.ts";
import type { Committee } from "../../src/types/committee.ts";
import { EPOCH_START_MS, genesisOf, testBlock, testCommittee, testConfig } from "./fixtures.ts";

/** The authority that the core is. */
export const OWN = 0;

/** A core of authority 0 and the blocks of all. */
export class Solo {
  readonly committee: Committee;
  readonly config: ConsensusConfig;
  core: Consensus;
  nowMs: number = Number(EPOCH_START_MS);
  /** By round and author, what was made so far, by the core as well. */
  readonly made: (SignedBlock | undefined)[][] = [];

  constructor(changes: Partial<ConsensusConfig> = {}, recovered?: RecoveredState) {
    this.committee = changes.committee ?? testCommittee(4);
    this.config = testConfig(this.committee, OWN, changes);
    this.core = createConsensus(this.config, recovered);
    this.made[0] = genesisOf(this.committee);
  }

  /** Gives the core an input and remembers its own blocks. */
  step(input: Input): Output[] {
    const outputs = step(this.core, input, this.nowMs);
    for (const { block } of only(outputs, "Broadcast")) this.remember(block);
    return outputs;
  }

  /** Lets time pass and the timer go off. */
  wait(durationMs: number): Output[] {
    this.nowMs += durationMs;
    return this.step({ kind: "Timer" });
  }

  /** Makes the block of `author` in `round`, naming everything made in the round before. */
  make(round: number, author: number, changes: Partial<Block> = {}): SignedBlock {
    const before = (this.made[round - 1] ?? []).filter((block) => block !== undefined);
    const own = present(this.latest(author, round), "an earlier block of the author");
    const others = before.filter(({ ref }) => ref.author !== author);
    const ancestors = [own, ...others].map(({ ref }) => ref);
    const timestamp_ms = BigInt(this.nowMs);
    const parts = { round, author, ancestors, timestamp_ms, ...changes };
    const signed = testBlock(this.committee, parts);
    this.remember(signed);
    return signed;
  }

  /** Sends blocks to the core, each pushed by its author. */
  push(...blocks: readonly SignedBlock[]): Output[] {
    return blocks.flatMap((block) => this.step({ kind: "Block", from: block.ref.author, block }));
  }

  /** The others make their blocks of `round` and push them. */
  round(round: number, authors: readonly number[] = [1, 2, 3]): Output[] {
    const blocks = authors.map((author) => this.make(round, author));
    return this.push(...blocks);
  }

  /** Goes through whole rounds at full pace, the core taking part. */
  rounds(first: number, last: number): Output[] {
    const outputs: Output[] = [];
    for (let round = first; round <= last; round++) {
      outputs.push(...this.wait(60), ...this.round(round));
    }
    return outputs;
  }

  private latest(author: number, below: number): SignedBlock | undefined {
    for (let round = below - 1; round >= 0; round--) {
      const block = this.made[round]?.[author];
      if (block !== undefined) return block;
    }
    return undefined;
  }

  private remember(signed: SignedBlock): void {
    const { round, author } = signed.ref;
    this.made[round] ??= [];
    this.made[round][author] ??= signed;
  }
}

/** The outputs of one kind. */
export function only<K extends Output["kind"]>(
  outputs: readonly Output[],
  kind: K,
): Extract<Output, { kind: K }>[] {
  return outputs.filter((output): output is Extract<Output, { kind: K }> => output.kind === kind);
}

/** The rounds of the own blocks in `outputs`. */
export function proposedRounds(outputs: readonly Output[]): number[] {
  return only(outputs, "Broadcast").map(({ block }) => block.ref.round);
}
