/**
 * Changes in a YAML document that leave everything else as it stands: only fields whose value is
 * another one are set, so that comments, order and fields of other programs survive.
 *
 * @module
 */
import { type Document, isMap, isSeq, Scalar, YAMLMap, type YAMLSeq } from "yaml";

import { assert } from "../base/assert.ts";
import type { ClientConfig, NetworkEnv } from "./client-config.ts";

const ENV_FIELDS = ["rpc", "basic_auth", "chain_id", "faucet", "scoring", "admin"] as const;

/** Brings `document`, which says `before`, to say `after`. */
export function applyConfig(
  document: Document,
  before: ClientConfig | undefined,
  after: ClientConfig,
): void {
  if (before === undefined) {
    document.setIn(["keystore"], document.createNode({}));
    document.setIn(["keystore", "File"], quoted(after.keystore));
    document.setIn(["external_keys"], nothing());
    document.setIn(["envs"], document.createNode([]));
  }
  applyEnvs(document, before?.envs ?? [], after.envs);
  if (before?.active_env !== after.active_env || before === undefined) {
    document.set("active_env", scalar(after.active_env));
  }
  if (before?.active_address !== after.active_address || before === undefined) {
    document.set("active_address", scalar(after.active_address));
  }
}

function applyEnvs(
  document: Document,
  before: readonly NetworkEnv[],
  after: readonly NetworkEnv[],
): void {
  const list = document.get("envs");
  assert(isSeq(list), "a configuration that was read has a list of envs");
  const kept = new Set(after.map((env) => env.alias));
  for (let index = before.length - 1; index >= 0; index--) {
    if (!kept.has(before[index]!.alias)) list.delete(index);
  }
  for (const env of after) {
    const known = before.find((each) => each.alias === env.alias);
    const node = findEnv(list, env.alias) ?? addEnv(list, env.alias);
    for (const field of ENV_FIELDS) {
      const value = env[field];
      if (value === known?.[field]) continue;
      if (value === undefined) node.delete(field);
      else node.set(field, quoted(value));
    }
  }
}

function findEnv(list: YAMLSeq, alias: string): YAMLMap | undefined {
  for (const item of list.items) {
    if (isMap(item) && item.get("alias") === alias) return item;
  }
  return undefined;
}

function addEnv(list: YAMLSeq, alias: string): YAMLMap {
  const node = new YAMLMap();
  node.set("alias", quoted(alias));
  list.add(node);
  return node;
}

function scalar(value: string | undefined): Scalar {
  return value === undefined ? nothing() : quoted(value);
}

/** Quoted, so that no reader takes an address of digits for a number. */
function quoted(value: string): Scalar {
  const node = new Scalar(value);
  node.type = Scalar.QUOTE_DOUBLE;
  return node;
}

function nothing(): Scalar {
  const node = new Scalar("~");
  node.type = Scalar.PLAIN;
  return node;
}
