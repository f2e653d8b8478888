/**
 * Cost is local: what a transaction looks at and writes does not grow with how much else there is.
 *
 * @module
 */
import { expect, test } from "bun:test";

import { encode } from "../../src/bcs/schema.ts";
import { executeTransaction } from "../../src/ledger/execute.ts";
import type { Execution } from "../../src/ledger/outcome.ts";
import { modelIds, openTargets } from "../../src/ledger/readers.ts";
import type { StateReader } from "../../src/ledger/view.ts";
import { stateObject } from "../../src/types/entry.ts";
import type { TransactionKind } from "../../src/types/transaction-kind.ts";
import { transactionDigest } from "../../src/types/transaction.ts";
import { account, genesisModel, SOMA } from "./fixtures.ts";
import { submissionTo } from "./lifecycle.ts";
import { statusOf, World } from "./world.ts";

const alice = account("alice");

function worldOf(models: number): World {
  return new World({
    models: Array.from({ length: models }, (_, place) => genesisModel(`model-${place}`)),
  });
}

type Cost = { readonly reads: number; readonly writes: number; readonly bytes: number };

function costOf(world: World, kind: TransactionKind): Cost {
  let reads = 0;
  const find: StateReader["find"] = (id) => {
    reads++;
    return world.find(id);
  };
  const data = { kind, sender: alice, gas_payment: [world.coin(alice)] };
  const execution = executeTransaction({ find }, data, transactionDigest(data), world.context());
  expect(statusOf(execution)).toBe("Success");
  return { reads, writes: execution.written.length, bytes: bytesOf(execution) };
}

function bytesOf({ written }: Execution): number {
  return written.reduce((sum, object) => sum + encode(stateObject, object).length, 0);
}

test("W14 staking and submitting cost the same with 3 models and with 500", () => {
  const [few, many] = [worldOf(3), worldOf(500)];
  const costs = [few, many].map((world) => {
    const { id } = openTargets(world)[0]!;
    return {
      stake: costOf(world, {
        kind: "AddStake",
        address: account("v0"),
        coin_ref: world.coin(alice, 1),
        amount: SOMA,
      }),
      submit: costOf(world, submissionTo(world, id, world.coin(alice, 1))),
    };
  });
  expect(costs[1]!.stake).toEqual(costs[0]!.stake);
  // A draw among many looks at up to six models that no draw of the epoch has looked at yet.
  expect(costs[1]!.submit.reads - costs[0]!.submit.reads).toBeLessThanOrEqual(6);
  expect(costs[1]!.submit).toMatchObject({
    writes: costs[0]!.submit.writes,
    bytes: costs[0]!.submit.bytes,
  });
});

test("W14 the state of one model is its own: a report writes that model and no other", () => {
  const world = worldOf(200);
  const model_id = modelIds(world)[7]!;
  const execution = world.run(account("v0"), { kind: "ReportModel", model_id });
  expect(statusOf(execution)).toBe("Success");
  const kinds = execution.written.map(({ content }) => content.kind);
  expect(kinds.toSorted()).toEqual(["Coin", "Model"]);
});
