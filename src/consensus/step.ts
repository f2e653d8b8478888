/**
 * One step of consensus: a Mysticeti DAG (arXiv 2310.14821) as a synchronous function. The same
 * core and the same inputs at the same times give the same outputs on every machine.
 *
 *     const core = createConsensus(config, recovered);     // recover.ts
 *     for (const output of step(core, { kind: "Start" }, nowMs)) perform(output);
 *
 * The host verifies the signatures of blocks (`blockSignatureCheck`) before it hands them in, and
 * performs the outputs in their order: a `PersistBlocks` or `PersistCommits` is durable before any
 * later output is acted on. Blocks of others are gathered and persisted together with the next own
 * block or commit, before which nobody can depend on this node having them.
 *
 * @module
 */
import { unreachable } from "../base/assert.ts";

import { advance } from "./advance.ts";
import type { Consensus } from "./core.ts";
import { enter, receive, receiveDue } from "./intake.ts";
import type { FetchQuery, Input, Output } from "./io.ts";
import { type Outbox, emptyOutbox, finish, needsPersistence } from "./outbox.ts";
import { nextProposal, propose } from "./propose.ts";
import type { Request } from "./requests.ts";
import { answer } from "./serve.ts";

/** Blocks of others that may wait to be persisted. */
const UNPERSISTED_MAX = 256;

/** Takes one fact and returns what to do about it. `nowMs` is Unix time in whole milliseconds. */
export function step(core: Consensus, input: Input, nowMs: number): Output[] {
  const out = emptyOutbox();
  take(core, input, nowMs, out);
  receiveDue(core, nowMs, out);
  settle(core, nowMs, out);
  fetchMissing(core, nowMs, out);
  setTimer(core, nowMs, out);
  return finish(out, takeUnpersisted(core, out));
}

function take(core: Consensus, input: Input, nowMs: number, out: Outbox): void {
  switch (input.kind) {
    case "Start":
      return start(core, out);
    case "Block":
      return receive(core, { signed: input.block, from: input.from, fetched: false }, nowMs, out);
    case "BlocksFetched":
      return takeFetched(core, input, nowMs, out);
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
      return connect(core, input, nowMs, out);
    case "Disconnected":
      for (const request of core.requests.disconnect(input.peer)) dropRequest(core, request, nowMs);
      return;
    default:
      return unreachable(input);
  }
}
