/**
 * The worker's side of the crypto worker: one job in, one answer out.
 *
 * @module
 */
import { blsAggregate, blsSign, blsVerify, blsVerifyAggregate, useBls } from "../crypto/bls.ts";
import type { Part } from "../spawn.ts";
import { loadWasmBls } from "./bls-wasm.ts";
import type { AggregateAnswer, CryptoAnswers, CryptoJob } from "./crypto-jobs.ts";

/** Does jobs in the order in which they come. */
export const part: Part = (post) => {
  const ready = loadWasmBls().then(useBls);
  return (message) => void ready.then(() => post(doJob(message as CryptoJob)));
};

function doJob(job: CryptoJob): CryptoAnswers[CryptoJob["kind"]] {
  switch (job.kind) {
    case "Sign":
      return blsSign(job.secretKey, job.message);
    case "Verify":
      return blsVerifyAggregate(job.publicKeys, job.message, job.signature);
    case "Aggregate":
      return aggregate(job);
  }
}

function aggregate(job: Extract<CryptoJob, { kind: "Aggregate" }>): AggregateAnswer {
  const { publicKeys, message, signatures } = job;
  const signature = blsAggregate(signatures);
  if (signature !== undefined) {
    if (job.areValid || blsVerifyAggregate(publicKeys, message, signature)) {
      return { signature, invalid: [] };
    }
  }
  const invalid = signatures.flatMap((one, place) =>
    blsVerify(publicKeys[place]!, message, one) ? [] : [place],
  );
  return { signature: undefined, invalid };
}
