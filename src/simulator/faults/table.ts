/**
 * All faults, by name.
 *
 * @module
 */
import type { Fault } from "../stage.ts";
import { JUMP, SKEW } from "./clocks.ts";
import { CRASH } from "./crash.ts";
import { EQUIVOCATE } from "./equivocate.ts";
import { FORGE } from "./forge.ts";
import { LIE } from "./lie.ts";
import { MALFORMED } from "./malformed.ts";
import { DUPLICATE, LOSS, REORDER, TAIL } from "./messages.ts";
import type { FaultName } from "./names.ts";
import { ONE_WAY } from "./one-way.ts";
import { OUTAGE } from "./outage.ts";
import { PARTITION } from "./partition.ts";
import { LOST, TORN } from "./power.ts";
import { REKEY } from "./rekey.ts";
import { RETIRE } from "./retire.ts";
import { ROUND_JUMP } from "./round-jump.ts";
import { FREEZE, SLOW } from "./slow.ts";
import { CONFLICT, SPAM } from "./spending.ts";
import { WIPE } from "./wipe.ts";
import { WITHHOLD } from "./withhold.ts";

/** What each fault does. */
export const FAULTS: Readonly<Record<FaultName, Fault>> = {
  crash: CRASH,
  lost: LOST,
  torn: TORN,
  outage: OUTAGE,
  wipe: WIPE,
  partition: PARTITION,
  "one-way": ONE_WAY,
  loss: LOSS,
  duplicate: DUPLICATE,
  reorder: REORDER,
  tail: TAIL,
  skew: SKEW,
  jump: JUMP,
  slow: SLOW,
  freeze: FREEZE,
  "round-jump": ROUND_JUMP,
  equivocate: EQUIVOCATE,
  withhold: WITHHOLD,
  lie: LIE,
  forge: FORGE,
  malformed: MALFORMED,
  spam: SPAM,
  conflict: CONFLICT,
  retire: RETIRE,
  rekey: REKEY,
};
