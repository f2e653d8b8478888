/**
 * Answering peers that miss blocks: from memory what is above the garbage-collection round; as soon
 * as a question goes below, the host answers all of it from its store, where everything is that was
 * ever accepted.
 *
 * @module
 */
import type { ConsensusLimits } from "../protocol/limits.ts";
import { type BlockRef, type SignedBlock, wholeSlots } from "../types/block.ts";
import type { Dag } from "./dag.ts";
import type { FetchQuery, Output } from "./io.ts";

/** Bytes of blocks in one answer; one block always fits. */
const ANSWER_BYTES_MAX = 8_388_608;

/** A peer's question. */
export type Question = {
  readonly from: number;
  readonly request: number;
  readonly query: FetchQuery;
};

/** The answer to a question; a question out of bounds is cut to what is allowed. */
export function answer(question: Question, dag: Dag, limits: ConsensusLimits): Output {
  const { from: to, request } = question;
  const query = {
    refs: question.query.refs.slice(0, limits.commitFetchBlocksMax),
    // Rounds that are not one for each authority mean nothing.
    above: question.query.above.length === dag.authorities ? question.query.above : [],
  };
  const blocksMax = limits.commitFetchBlocksMax;
  if (goesBelow(query, dag.gcRound)) {
    return { kind: "SendStored", to, request, query, blocksMax, bytesMax: ANSWER_BYTES_MAX };
  }
  const blocks = take(candidates(query, dag), blocksMax);
  return { kind: "SendBlocks", to, request, blocks };
}

function goesBelow({ refs, above }: FetchQuery, gcRound: number): boolean {
  const isBelow = refs.some(({ round }) => round > 0 && round <= gcRound);
  return isBelow || (above.length > 0 && Math.min(...above) < gcRound);
}

/** Named blocks first, then by ascending round what is above the given one of its author. */
function* candidates({ refs, above }: FetchQuery, dag: Dag): Generator<SignedBlock> {
  for (const ref of refs) {
    const found = ref.round === 0 ? undefined : dag.find(ref);
    if (found !== undefined) yield found.signed;
  }
  if (above.length === 0) return;
  for (let round = Math.min(...above) + 1; round <= dag.highestRound; round++) {
    for (const { signed } of dag.round(round)) {
      if (round > (above[signed.ref.author] ?? round)) yield signed;
    }
  }
}

function take(blocks: Iterable<SignedBlock>, blocksMax: number): SignedBlock[] {
  const taken: SignedBlock[] = [];
  let size = 0;
  for (const signed of blocks) {
    size += signed.bytes.length;
    const isFull = taken.length >= blocksMax || size > ANSWER_BYTES_MAX;
    if (isFull && taken.length > 0) return taken.slice(0, wholeSlots(taken.map(refOf), signed.ref));
    taken.push(signed);
  }
  return taken;
}

function refOf({ ref }: SignedBlock): BlockRef {
  return ref;
}
