/**
 * The whole node: a client's transaction becomes final, others learn of it, epochs follow.
 *
 * @module
 */
import { describe, expect, test } from "bun:test";

import { transactionDigest } from "../../src/types/transaction.ts";
import { transfer } from "./network.ts";
import { Table } from "./table.ts";

const FULLNODE = 4;

function transferAt(table: Table, coin: number) {
  const [alice, bob] = [table.setup.accounts[0]!, table.setup.accounts[1]!];
  return transfer(alice, bob, table.nodes[FULLNODE]!.coins(alice)[coin]!);
}

describe("a client's transaction", () => {
  test("is answered by the fullnode when a certified checkpoint has it, on all nodes alike", () => {
    const table = new Table();
    const transaction = transferAt(table, 0);
    const call = table.execute(FULLNODE, transaction);
    table.run(3_000);
    const outcome = table.answers.get(call);
    expect(outcome?.kind).toBe("Executed");
    for (const { node } of table.nodes) {
      expect(node.chain.executed(transactionDigest(transaction.data))).toBe(true);
      expect(node.mempool.size).toBe(0);
      expect(node.reservations.size).toBe(0);
    }
    expect(table.complaints).toEqual([]);
  });

  test("asked for again is answered with the same effects", () => {
    const table = new Table();
    const transaction = transferAt(table, 0);
    const first = table.execute(FULLNODE, transaction);
    table.run(3_000);
    const again = table.execute(FULLNODE, transaction);
    expect(table.answers.get(again)).toEqual(table.answers.get(first));
  });

  test("on a coin that another one holds is refused by its name", () => {
    const table = new Table();
    table.execute(FULLNODE, transferAt(table, 0));
    const [alice, bob] = [table.setup.accounts[0]!, table.setup.accounts[1]!];
    const coin = table.nodes[FULLNODE]!.coins(alice)[0]!;
    const other = table.execute(FULLNODE, transfer(alice, bob, coin, 5n));
    table.run(3_000);
    const outcome = table.answers.get(other);
    expect(outcome).toMatchObject({ kind: "Refused", refusal: { reason: "Locked" } });
  });

  test("becomes final though a validator, its home perhaps, goes away", () => {
    const table = new Table();
    for (const coin of [0, 1, 2]) table.execute(FULLNODE, transferAt(table, coin));
    table.leave(1);
    table.run(8_000);
    const kinds = [...table.answers.values()].map(({ kind }) => kind);
    expect(kinds).toEqual(["Executed", "Executed", "Executed"]);
  });
});

describe("an epoch", () => {
  test("ends when an operator asks all validators, and the next works without a restart", () => {
    const table = new Table();
    table.run(500);
    for (const index of [0, 1, 2, 3]) table.input(index, { kind: "AdvanceEpoch" });
    table.run(5_000);
    expect(table.nodes.map(({ node }) => node.epoch.setting.number)).toEqual([1n, 1n, 1n, 1n, 1n]);
    const call = table.execute(FULLNODE, transferAt(table, 0));
    table.run(3_000);
    expect(table.answers.get(call)?.kind).toBe("Executed");
    expect(table.complaints).toEqual([]);
  });

  test("does not lose what waits for a place in it", () => {
    const table = new Table();
    table.run(500);
    for (const index of [0, 1, 2, 3]) table.input(index, { kind: "AdvanceEpoch" });
    const calls = [0, 1, 2].map((coin) => table.execute(FULLNODE, transferAt(table, coin)));
    table.run(6_000);
    expect(calls.map((call) => table.answers.get(call)?.kind)).toEqual([
      "Executed",
      "Executed",
      "Executed",
    ]);
  });
});
