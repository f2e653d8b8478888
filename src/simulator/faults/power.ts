/**
 * Power failures: of what a node had written and not made durable, the last part is lost, or torn
 * so that its checksum is wrong.
 *
 * @module
 */
import type { Fault } from "../stage.ts";
import { crashAndRestart } from "./crash.ts";

/** Writes that are not durable are lost. */
export const LOST: Fault = {
  unleash: (stage) => {
    stage.often(2_000, 20_000, () => crashAndRestart(stage, stage.pickNode(), "lost"));
  },
};

/** Writes that are not durable are torn. */
export const TORN: Fault = {
  unleash: (stage) => {
    stage.often(2_000, 20_000, () => crashAndRestart(stage, stage.pickNode(), "torn"));
  },
};
