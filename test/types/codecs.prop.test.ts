/**
 * The laws of every codec of the types room, over random values.
 *
 * @module
 */
import { describe } from "bun:test";

import fc from "fast-check";

import {
  certifiedCheckpoint,
  checkpointCertificate,
  checkpointContents,
  checkpointSummary,
} from "../../src/types/checkpoint.ts";
import { committee } from "../../src/types/committee.ts";
import { transactionEffects } from "../../src/types/effects.ts";
import { executionFault } from "../../src/types/fault.ts";
import { transactionFee } from "../../src/types/fee.ts";
import { manifest } from "../../src/types/manifest.ts";
import { model } from "../../src/types/model.ts";
import { objectRef, somaObject } from "../../src/types/object.ts";
import { owner } from "../../src/types/owner.ts";
import { systemParameters } from "../../src/types/parameters.ts";
import { stakingPool } from "../../src/types/pool.ts";
import { buildSystemStateObject, systemStateObject } from "../../src/types/system-state.ts";
import { target } from "../../src/types/target.ts";
import { tensor } from "../../src/types/tensor.ts";
import { transactionKind } from "../../src/types/transaction-kind.ts";
import { signedTransaction, transactionData } from "../../src/types/transaction.ts";
import { validator } from "../../src/types/validator.ts";
import * as effects from "./arbitraries-effects.ts";
import * as system from "./arbitraries-system.ts";
import * as any from "./arbitraries.ts";
import { testCodec } from "./laws.ts";

describe("the laws of codecs", () => {
  testCodec(tensor, any.tensor);
  testCodec(manifest, any.manifest);
  testCodec(owner, any.owner);
  testCodec(objectRef, any.objectRef);
  testCodec(target, any.target);
  testCodec(somaObject, any.somaObject);
  testCodec(transactionData, any.transactionData);
  testCodec(signedTransaction, any.signedTransaction);
  testCodec(executionFault, effects.executionFault);
  testCodec(transactionFee, effects.fee);
  testCodec(transactionEffects, effects.effects);
  testCodec(committee, effects.committee);
  testCodec(checkpointSummary, effects.checkpointSummary);
  testCodec(checkpointContents, effects.checkpointContents);
  testCodec(checkpointCertificate, effects.certificate);
  testCodec(
    certifiedCheckpoint,
    fc.record({ summary: effects.checkpointSummary, certificate: effects.certificate }),
  );
  testCodec(stakingPool, system.stakingPool);
  testCodec(validator, system.validator);
  testCodec(model, system.model);
  testCodec(systemParameters, system.systemParameters);
  testCodec(
    systemStateObject,
    fc
      .tuple(system.systemState, any.u64, any.digest)
      .map(([state, version, previous]) => buildSystemStateObject(state, version, previous)),
  );
});

describe("the laws of codecs, for every kind of transaction", () => {
  for (const [name, arbitrary] of Object.entries(any.kindArbitraries)) {
    testCodec({ ...transactionKind, name }, arbitrary);
  }
});
