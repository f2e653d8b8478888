/**
 * The validators that a node knew last, in a file beside its ledger: a node that has to fetch its
 * ledger again finds the network by them, although they are not those that it began with.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { parse, stringify } from "yaml";
import { z } from "zod";

import { utf8 } from "../base/bytes.ts";
import type { Logger } from "../base/log.ts";
import type { ListedValidator } from "../node/peer-list.ts";
import { COMMITTEE_MEMBERS_MAX } from "../types/bounds.ts";
import { readSmallFile, replaceFile } from "./files.ts";
import { parseMultiaddr } from "./multiaddr.ts";
import { PEER_KEY_FORM, type SeedPeer } from "./seed-peers.ts";

/** What is known of an epoch. */
export type KnownPeers = { readonly epoch: bigint; readonly peers: readonly SeedPeer[] };

const FILE_NAME = "known-peers.yaml";
const FILE_BYTES_MAX = 1_048_576;
const NOBODY: KnownPeers = { epoch: 0n, peers: [] };

const FORM = z.strictObject({
  epoch: z.number().int().nonnegative(),
  peers: z
    .array(z.strictObject({ "peer-id": z.string().regex(PEER_KEY_FORM), address: z.string() }))
    .max(2 * COMMITTEE_MEMBERS_MAX),
});

/** The validators that the node of a ledger directory knew last; a damaged file tells nothing. */
export function readKnownPeers(dbPath: string, log: Logger): KnownPeers {
  const path = join(dbPath, FILE_NAME);
  if (!existsSync(path)) return NOBODY;
  try {
    const bytes = readSmallFile(path, { what: "known peers", bytesMax: FILE_BYTES_MAX });
    const { epoch, peers } = FORM.parse(parse(new TextDecoder().decode(bytes)));
    return {
      epoch: BigInt(epoch),
      peers: addressable(peers.map(({ "peer-id": key, address }) => ({ key, address }))),
    };
  } catch (error) {
    log.warn(`${path} is left aside: ${String(error).split("\n", 1)[0]}`);
    return NOBODY;
  }
}

/** Keeps the validators of an epoch for the next time. */
export function keepKnownPeers(
  dbPath: string,
  epoch: bigint,
  validators: readonly ListedValidator[],
): void {
  const peers = validators.map(({ key, address }) => ({ "peer-id": key, address }));
  replaceFile(join(dbPath, FILE_NAME), utf8(stringify({ epoch: Number(epoch), peers })));
}

/** Those validators whose address can be called. */
function addressable(validators: readonly ListedValidator[]): readonly SeedPeer[] {
  return validators.flatMap(({ key, address: text }) => {
    const address = parseMultiaddr(text);
    return address.ok ? [{ key, address: address.value }] : [];
  });
}
