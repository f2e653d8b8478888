/**
 * One step of consensus: a Mysticeti DAG (arXiv 2310.14821) as a synchronous function. The same
 * core and the same inputs at the same times give the same outputs on every machine.
 *
 *     const core = createConsensus(config, recovered); // recover.ts
 *     for (const output of step(core, { kind: "Start" }, nowMs)) perform(output);
 *
 * The host verifies the signatures of blocks (`blockSignatureCheck`) before it hands them in, and
 * performs the outputs in their order: a `PersistBlocks` or `PersistCommits` is durable before any
 * later output is acted on. Blocks of others are gathered and persisted together with the next own
 * block or commit, before which nobody can depend on this node having them.
 *
 * @module
 */
import { assert, unreachable } from "../base/assert.ts";
import type { SignedBlock } from "../types/block.ts";
import { advance } from "./advance.ts";
import type { MissingBlock } from "./block-manager.ts";
import type { Consensus } from "./core.ts";
import { enter, receive, receiveCertified, receiveDue } from "./intake.ts";
import type { Input, Output } from "./io.ts";
import { emptyOutbox, finish, needsPersistence, type Outbox } from "./outbox.ts";
import { nextProposal, propose } from "./propose.ts";
import type { Request } from "./requests.ts";
import { answer, type Question } from "./serve.ts";
import { fault } from "./verify.ts";

/** Blocks of others that may wait to be persisted. */
const UNPERSISTED_MAX = 256;

/**
 * Takes one fact and returns what to do about it. `nowMs` is Unix time in whole milliseconds; the
 * host sees to it that it never goes back while it runs.
 */
export function step(core: Consensus, input: Input, nowMs: number): Output[] {
  assert(Number.isSafeInteger(nowMs), "time is in whole milliseconds");
  const out = emptyOutbox();
  take(core, input, nowMs, out);
  receiveDue(core, nowMs, out);
  recall(core, nowMs, out);
  settle(core, nowMs, out);
  fetchMissing(core, nowMs, out);
  setTimer(core, nowMs, out);
  return finish(out, takeUnpersisted(core, out));
}

function take(core: Consensus, input: Input, nowMs: number, out: Outbox): void {
  switch (input.kind) {
    case "Start":
      return start(core, nowMs, out);
    case "Block":
      return receive(core, { signed: input.block, from: input.from, fetched: false }, nowMs, out);
    case "BlocksFetched":
      return takeFetched(core, input, nowMs, out);
    case "CommitsFetched":
      return takeCommits(core, input, out);
    case "FetchFailed":
      return dropRequest(core, core.requests.close(input.request), nowMs);
    case "FetchRequest":
      return serve(core, input, out);
    case "Timer":
      core.timerMs = undefined;
      return;
    case "Submitted":
      return;
    case "Connected":
      core.requests.connect(input.peer);
      return core.fetcher.wake(nowMs);
    case "Evidence":
      return learnEvidence(core, input, out);
    case "Subscribed":
      core.amnesia.hear(input.peer, input.claim);
      return push(core, input, out);
    case "Disconnected":
      for (const request of core.requests.disconnect(input.peer)) dropRequest(core, request, nowMs);
      return;
    default:
      return unreachable(input);
  }
}

function start(core: Consensus, nowMs: number, out: Outbox): void {
  core.clock.start(nowMs);
  if (core.amnesia.remembers) out.skippedRound = core.amnesia.skippedRound;
  out.subDags.push(...core.redelivered);
  core.redelivered = [];
  for (const { signed, committed } of core.dag.live()) {
    if (!committed && signed.block.transactions.length > 0) out.accepted.push(signed);
  }
  // It is not known whether the last own block left before the crash.
  if (core.own.ref.round > 0) out.proposed.push(core.own);
}

function push(
  core: Consensus,
  { peer, claim }: Extract<Input, { kind: "Subscribed" }>,
  out: Outbox,
): void {
  const { authority, limits } = core.config;
  const blocks: SignedBlock[] = [];
  const first = Math.max(claim.ours, core.dag.gcRound) + 1;
  for (let round = first; round <= core.own.ref.round; round++) {
    blocks.push(...core.dag.slot(round, authority).map(({ signed }) => signed));
  }
  const newest = blocks.slice(-limits.commitFetchBlocksMax);
  if (newest.length > 0) out.others.push({ kind: "Push", to: peer, blocks: newest });
}

function serve(core: Consensus, question: Question, out: Outbox): void {
  out.others.push(answer(question, core.dag, core.config.limits));
}

function takeFetched(
  core: Consensus,
  { from, request: id, blocks }: Extract<Input, { kind: "BlocksFetched" }>,
  nowMs: number,
  out: Outbox,
): void {
  const { fetchBlocksMax, commitFetchBlocksMax } = core.config.limits;
  const isShown = core.amnesia.owns(id);
  const request = core.requests.close(id, from);
  if (request !== undefined && core.commitSync.takeBlocks(id, blocks)) {
    return receiveCertified(core, core.commitSync.takeReady(), nowMs, out);
  }
  const isHistory = request !== undefined && request.blocks === undefined;
  const taken = blocks.slice(0, isHistory ? commitFetchBlocksMax : fetchBlocksMax);
  for (const signed of taken) {
    // What comes late or unasked is still welcome if it is missing.
    const isClaimed = isShown && [from, core.config.authority].includes(signed.ref.author);
    if (!isHistory && !isClaimed && !core.manager.wants(signed.ref)) continue;
    receive(core, { signed, from, fetched: true }, nowMs, out);
  }
  if (request === undefined) return;
  const refs = taken.map(({ ref }) => ref);
  if (isHistory) core.catchUp.answered(id, refs, nowMs);
  else core.fetcher.settle(request, nowMs);
}

function takeCommits(
  core: Consensus,
  { from, request: id, proof }: Extract<Input, { kind: "CommitsFetched" }>,
  out: Outbox,
): void {
  if (core.requests.close(id, from) === undefined) return;
  const wrong = core.commitSync.takeCommits(id, proof);
  if (wrong === undefined) return;
  out.others.push({ kind: "Misbehaved", peer: from, fault: fault("commits", wrong) });
}

function dropRequest(core: Consensus, request: Request | undefined, nowMs: number): void {
  if (request === undefined) return;
  core.commitSync.failed(request.id);
  if (request.blocks === undefined) core.catchUp.failed(request.id, nowMs);
  else core.fetcher.settle(request, nowMs);
}

/** Another authority has found two blocks that one signed for one round. */
function learnEvidence(
  core: Consensus,
  { first, second }: Extract<Input, { kind: "Evidence" }>,
  out: Outbox,
): void {
  if (!core.evidence.record(second.ref)) return;
  out.others.push({ kind: "Evidence", first, second, isOwnFinding: false });
}

/** Without a memory: learns what own blocks others have, before anything is proposed. */
function recall(core: Consensus, nowMs: number, out: Outbox): void {
  const { amnesia, catchUp, dag, own } = core;
  const ownRound = Math.max(own.ref.round, dag.gcRound);
  const seen = (author: number): number => Math.max(catchUp.seenOf(author), dag.gcRound);
  if (amnesia.remembers) return;
  out.others.push(...amnesia.poll(nowMs, { ownRound, seen }));
  if (amnesia.remembers) out.skippedRound = amnesia.skippedRound;
}

/** Commits and proposes until neither makes the other possible. */
function settle(core: Consensus, nowMs: number, out: Outbox): void {
  do {
    advance(core, nowMs, out);
    core.pace.observe(core.clock.round, isBusy(core));
  } while (proposeIfDue(core, nowMs, out));
  for (const { source, fault: found } of core.manager.takeLateParents()) {
    out.others.push({ kind: "Misbehaved", peer: source, fault: found });
  }
}

function isBusy(core: Consensus): boolean {
  const { fetcher, catchUp, commitSync } = core;
  const isSyncing = fetcher.isAsking || catchUp.isBehind || commitSync.isActive;
  return core.openPayloads > 0 || isSyncing || core.config.payload.busy();
}

function proposeIfDue(core: Consensus, nowMs: number, out: Outbox): boolean {
  const next = nextProposal(core);
  if (next === undefined || next.atMs > nowMs) return false;
  const block = propose(core, next.round, nowMs);
  enter(core, core.manager.offer(block, core.config.authority, nowMs), nowMs, out);
  assert(core.own === block, "an own block enters the DAG at once");
  out.proposed.push(block);
  return true;
}

function fetchMissing(core: Consensus, nowMs: number, out: Outbox): void {
  for (const request of core.requests.expire(nowMs)) dropRequest(core, request, nowMs);
  const held = ({ ref }: MissingBlock): boolean => core.early.holds(ref.digest);
  out.others.push(...core.fetcher.poll(nowMs, held));
  out.others.push(...core.commitSync.poll(nowMs, core.tip.ref, core.votes.reachedIndex));
  if (!core.commitSync.isActive) out.others.push(...core.catchUp.poll(nowMs));
}

function setTimer(core: Consensus, nowMs: number, out: Outbox): void {
  const times = [
    nextProposal(core)?.atMs,
    core.early.nextMs,
    core.requests.nextMs,
    core.amnesia.nextMs,
    core.fetcher.nextMs,
    core.commitSync.isActive ? core.commitSync.nextMs : core.catchUp.nextMs,
  ].filter((time) => time !== undefined);
  if (times.length === 0) return;
  const atMs = Math.max(Math.min(...times), nowMs + 1);
  if (atMs === core.timerMs) return;
  core.timerMs = atMs;
  out.others.push({ kind: "SetTimer", atMs });
}

function takeUnpersisted(core: Consensus, out: Outbox): readonly SignedBlock[] {
  if (!needsPersistence(out) && core.unpersisted.length < UNPERSISTED_MAX) return [];
  const blocks = core.unpersisted;
  core.unpersisted = [];
  return blocks;
}
