/**
 * Clients that misbehave: bursts of transactions beyond every limit, coins spent twice at once
 * through different nodes, transactions that are not one's own, stale or sent again.
 *
 * @module
 */
import { type SignedTransaction, signingDigest } from "../../types/transaction.ts";
import { simUserSign } from "../crypto.ts";
import type { Fault, Stage } from "../stage.ts";

/** More transactions than fit. */
export const SPAM: Fault = {
  unleash: (stage) => {
    const { prng, workload } = stage;
    const old: SignedTransaction[] = [];
    stage.often(2_000, 10_000, () => {
      const account = prng.pick(workload.accounts);
      for (let count = prng.below(30); count > 0; count--) {
        const transaction = workload.transfer(account);
        if (transaction === undefined) break;
        old.push(transaction);
        workload.send(workload.pickDoor(), transaction);
      }
      if (old.length > 0) workload.send(workload.pickDoor(), prng.pick(old));
      if (old.length > 100) old.splice(0, 50);
      sendUnpayable(stage);
    });
  },
};

/** Coins are spent twice. */
export const CONFLICT: Fault = {
  unleash: (stage) => {
    const { prng, workload } = stage;
    const pauseMs = stage.between(500, 5_000);
    stage.often(0, pauseMs, () => workload.spendTwice(prng.pick(workload.accounts)));
  },
};

function sendUnpayable({ prng, workload }: Stage): void {
  const [account, other] = [prng.pick(workload.accounts), prng.pick(workload.accounts)];
  const transaction = workload.transfer(account);
  if (transaction === undefined || account === other) return;
  // Well signed, by somebody who does not own the coin.
  const data = { ...transaction.data, sender: other.address };
  const signatures = [simUserSign(other.publicKey, signingDigest(data))];
  workload.send(workload.pickDoor(), { data, signatures });
}
