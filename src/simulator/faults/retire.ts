/**
 * A validator asks to leave: from the next epoch on it only follows, as a fullnode does, and the
 * others are a smaller committee. That committee must still bear the traitors there are.
 *
 * @module
 */
import { type Fault, traitorsMax } from "../stage.ts";

/** Validators that leave in one run. */
const LEAVERS_MAX = 2;

/** Committees become smaller. */
export const RETIRE: Fault = {
  unleash: (stage) => {
    const { world, workload, prng } = stage;
    const leavers = world.honest.slice(0, -1);
    let validators = world.nodes.length - 1;
    let left = 0;
    stage.often(2_000, 20_000, () => {
      if (left === LEAVERS_MAX || world.traitors.size > traitorsMax(validators - 1)) return;
      const [leaver] = leavers.splice(prng.below(leavers.length), 1);
      const account = leaver && workload.validators[leaver.index];
      if (account === undefined) return;
      left++;
      validators--;
      workload.retire(account);
    });
  },
};
