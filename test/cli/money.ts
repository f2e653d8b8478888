/**
 * Accounts with money for tests of commands: what they hold, and what commands answer in JSON.
 *
 * @module
 */
import { expect } from "bun:test";

import type { TestNetwork } from "./network.ts";
import type { World } from "./world.ts";

/** What a command answers. */
export type Document = Readonly<Record<string, unknown>>;
/** What `objects list` answers. */
export type Objects = { readonly objects: readonly Document[] };

/** An account with five coins of 100 SOMA, and bob with none. */
export async function fundedWorld(network: TestNetwork): Promise<World> {
  const world = network.world();
  await world.run(["wallet", "new", "--alias", "ann"]);
  await world.run(["wallet", "new", "--alias", "bob"]);
  expect(await world.run(["faucet"])).toMatchObject({ code: 0 });
  return world;
}

/** What a command that succeeds answers. */
export async function documentOf(world: World, ...words: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await world.run([...words, "--json"]);
  expect({ code, stderr, stdout }).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(stdout) as Document;
}

/** The error that a command ends in, with its exit code. */
export async function errorOf(world: World, ...words: readonly string[]): Promise<Document> {
  const { code, stdout, stderr } = await world.run([...words, "--json"]);
  const { error } = JSON.parse(stdout) as { error: Document };
  expect([stderr, typeof error["hint"]]).toEqual(["", "string"]);
  return { exit: code, ...error };
}

/** The coins of an account, richest first. */
export async function coinsOf(world: World, owner: string): Promise<readonly string[]> {
  const { objects } = (await documentOf(world, "objects", "list", owner)) as Objects;
  return objects
    .filter(({ object_type: type }) => type === "Coin")
    .map(({ object_id: id }) => String(id));
}

/** What an account holds. */
export async function totalOf(world: World, owner: string): Promise<bigint> {
  return BigInt(String((await documentOf(world, "balance", owner))["total_balance"]));
}
