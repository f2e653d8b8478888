/**
 * Random but valid DAGs, and views of them: what authorities conclude who receive the same blocks
 * in different orders.
 *
 * @module
 */
import type { Prng } from "../../src/base/prng.ts";
import { advance } from "../../src/consensus/advance.ts";
import { type Consensus, emptyCore } from "../../src/consensus/core.ts";
import { enter } from "../../src/consensus/intake.ts";
import { emptyOutbox } from "../../src/consensus/outbox.ts";
import { StakeSet } from "../../src/consensus/stake.ts";
import type { ConsensusLimits } from "../../src/protocol/limits.ts";
import type { BlockRef, SignedBlock } from "../../src/types/block.ts";
import type { Committee } from "../../src/types/committee.ts";
import { genesisOf, testBlock, testConfig } from "./fixtures.ts";

/** What a random DAG is like. */
export type DagShape = {
  readonly committee: Committee;
  readonly limits: ConsensusLimits;
  readonly rounds: number;
  /** Probability that a block names the leader of the round before. */
  readonly leaderChance: number;
  /** Probability that it names another block of the round before, beyond a quorum. */
  readonly otherChance: number;
  /** By author, how many blocks more than one it signs in a round. */
  readonly extraBlocks: readonly number[];
};

/** The commits of one authority that is only shown blocks and proposes none. */
export class View {
  /** Digests of its commits so far. */
  readonly commits: string[] = [];
  readonly core: Consensus;

  constructor({ committee, limits }: DagShape) {
    this.core = emptyCore(testConfig(committee, 0, { limits }));
  }

  /** Shows the view a block. */
  show(signed: SignedBlock): void {
    const out = emptyOutbox();
    enter(this.core, this.core.manager.offer(signed, 0, 0), 0, out);
    advance(this.core, 0, out);
    this.commits.push(...out.subDags.map(({ digest }) => digest));
  }
}

/** A random DAG, round by round. */
export function randomDag(shape: DagShape, prng: Prng): SignedBlock[] {
  const { schedule } = emptyCore(testConfig(shape.committee, 0, { limits: shape.limits }));
  const blocks: SignedBlock[] = [];
  let before: SignedBlock[][] = genesisOf(shape.committee).map((block) => [block]);
  for (let round = 1; round <= shape.rounds; round++) {
    const leaders = schedule.leaders(round - 1);
    const made = before.map((own, author) =>
      Array.from({ length: 1 + (shape.extraBlocks[author] ?? 0) }, () =>
        randomBlock(shape, prng, { round, own: prng.pick(own), before, leaders }),
      ),
    );
    blocks.push(...made.flat());
    before = made;
  }
  return blocks;
}

/** The blocks in a random order in which none comes more than `window` places too early. */
export function reordered(
  blocks: readonly SignedBlock[],
  window: number,
  prng: Prng,
): SignedBlock[] {
  return blocks
    .map((block, place) => ({ block, key: place + prng.unit() * window }))
    .sort((left, right) => left.key - right.key)
    .map(({ block }) => block);
}

type Ground = {
  readonly round: number;
  readonly own: SignedBlock;
  /** By author, the blocks of the round before. */
  readonly before: readonly (readonly SignedBlock[])[];
  readonly leaders: readonly number[];
};

function randomBlock(shape: DagShape, prng: Prng, ground: Ground): SignedBlock {
  const { author } = ground.own.ref;
  const parents = [ground.own, ...randomParents(shape, prng, ground)];
  let timestamp_ms = 0n;
  for (const { block } of parents) {
    if (block.timestamp_ms > timestamp_ms) timestamp_ms = block.timestamp_ms;
  }
  return testBlock(shape.committee, {
    round: ground.round,
    author,
    ancestors: parents.map(({ ref }): BlockRef => ref),
    timestamp_ms: timestamp_ms + BigInt(prng.below(100)),
  });
}

/** The leaders by their chance, then others at random until there is a quorum, then by chance. */
function randomParents(shape: DagShape, prng: Prng, ground: Ground): SignedBlock[] {
  const { before, leaders, own } = ground;
  const power = new StakeSet(shape.committee);
  power.add(own.ref.author);
  const chosen: SignedBlock[] = [];
  const candidates = before
    .map((_, author) => author)
    .filter((author) => author !== own.ref.author)
    .map((author) => ({ author, key: prng.unit() + (leaders.includes(author) ? 1 : 0) }))
    .sort((left, right) => right.key - left.key);
  const avoided: number[] = [];
  for (const { author } of candidates) {
    const isLeader = leaders.includes(author);
    const chance = isLeader ? shape.leaderChance : power.isQuorum ? shape.otherChance : 1;
    if (!prng.chance(chance)) {
      avoided.push(author);
      continue;
    }
    power.add(author);
    chosen.push(prng.pick(before[author]!));
  }
  for (const author of avoided) {
    if (power.isQuorum) break;
    power.add(author);
    chosen.push(prng.pick(before[author]!));
  }
  return chosen;
}
