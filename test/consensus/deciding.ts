/**
 * Runs the commit rule over a drawn DAG with leaders in turn: A leads round 1, B round 2 …
 *
 * @module
 */
import { Dag, type DagBlock } from "../../src/consensus/dag.ts";
import type { LeaderSlot } from "../../src/consensus/direct-rule.ts";
import type { Leaders } from "../../src/consensus/leader-schedule.ts";
import { Sequencer } from "../../src/consensus/sequence.ts";
import type { SignedBlock } from "../../src/types/block.ts";
import type { Committee } from "../../src/types/committee.ts";
import { letterOf, nameOf, parseDag, type TextDag } from "./dag-dsl.ts";
import { genesisOf, testCommittee } from "./fixtures.ts";

/** Every authority leads in turn; further leaders of a round are the next in line. */
export function inTurn(authorities: number, perRound: number = 1): Leaders {
  return {
    perRound,
    leaders: (round) =>
      Array.from({ length: perRound }, (_, offset) => (round - 1 + offset) % authorities),
  };
}

/** A DAG under the commit rule, fed block by block. */
export class Judge {
  readonly dag: Dag;
  readonly sequencer: Sequencer;

  constructor(committee: Committee, leaders: Leaders) {
    this.dag = new Dag(genesisOf(committee));
    this.sequencer = new Sequencer(this.dag, committee, leaders);
  }

  /** Accepts a block whose ancestors are accepted. */
  accept(signed: SignedBlock): DagBlock {
    const parents: (DagBlock | undefined)[] = [];
    for (const ref of signed.block.ancestors) parents[ref.author] = this.dag.find(ref);
    const block = this.dag.insert(signed, parents);
    this.sequencer.observe(block);
    return block;
  }

  /** Hands out every slot that is decided. */
  takeAll(): LeaderSlot[] {
    const slots: LeaderSlot[] = [];
    for (let slot = this.sequencer.take(); slot !== undefined; slot = this.sequencer.take()) {
      slots.push(slot);
    }
    return slots;
  }
}

/** What the rule decides about a drawn DAG of four: `A1`, `skip B2`, with `~` when indirect. */
export function decide(text: string, perRound: number = 1): string {
  const committee = testCommittee(4);
  const drawn = parseDag(committee, text);
  const judge = new Judge(committee, inTurn(4, perRound));
  for (const signed of drawn.blocks) judge.accept(signed);
  return judge
    .takeAll()
    .map((slot) => describeSlot(drawn, slot))
    .join(", ");
}

/** A decided slot in words. */
export function describeSlot(drawn: TextDag, { author, round, decision }: LeaderSlot): string {
  if (decision === undefined) return `open ${letterOf(author)}${round}`;
  const sign = decision.direct ? "" : "~";
  if (decision.kind === "Skip") return `${sign}skip ${letterOf(author)}${round}`;
  return `${sign}${nameOf(drawn, decision.leader.signed.ref)}`;
}
