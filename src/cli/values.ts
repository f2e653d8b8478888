/**
 * The kinds of value that commands take. Each reads the text exactly as it was typed and says what
 * it expected; nothing is guessed, rounded or converted on the way.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";
import { U64_MAX } from "../base/u64.ts";
import { parseMultiaddr } from "../host/multiaddr.ts";
import { parseSeedPeer, type SeedPeer } from "../host/seed-peers.ts";
import type { Digest, ObjectId } from "../types/address.ts";
import { parseDigest, parseObjectId, parseSoma } from "../types/text.ts";
import { parseAlias } from "../wallet/alias.ts";
import { type Identity, parseIdentity } from "../wallet/identity.ts";
import type { ValueKind } from "./params.ts";

/** Any text. */
export const TEXT: ValueKind<string> = { label: "TEXT", parse: ok };

/** A path; relative ones start at the working directory. */
export const PATH: ValueKind<string> = {
  label: "PATH",
  parse: (text) => {
    if (text === "") return err("a path cannot be empty");
    return text.includes("\0") ? err("a path cannot hold a zero byte") : ok(text);
  },
};

/** An account by alias or address. */
export const IDENTITY: ValueKind<Identity> = { label: "ALIAS|ADDRESS", parse: parseIdentity };

/** A node to follow, by its address and its network key. */
export const SEED_PEER: ValueKind<SeedPeer> = {
  label: "MULTIADDR/p2p/KEY",
  parse: parseSeedPeer,
};

/** A new alias. */
export const ALIAS: ValueKind<string> = { label: "ALIAS", parse: parseAlias };

/** An amount of SOMA, as shannons; zero is an amount. */
export const AMOUNT: ValueKind<bigint> = { label: "SOMA", parse: parseSoma };

/** An amount of SOMA, as shannons, that is not zero. */
export const POSITIVE_AMOUNT: ValueKind<bigint> = {
  label: AMOUNT.label,
  parse: (text) => {
    const amount = AMOUNT.parse(text);
    return amount.ok && amount.value === 0n ? err("an amount is greater than 0") : amount;
  },
};

/** An object, coin, model or target id. */
export const OBJECT_ID: ValueKind<ObjectId> = { label: "ID", parse: parseObjectId };

/** A digest in Base58. */
export const DIGEST: ValueKind<Digest> = { label: "DIGEST", parse: parseDigest };

/** An unsigned 64-bit number in decimal digits. */
export const U64: ValueKind<bigint> = {
  label: "N",
  parse: (text) => {
    if (!/^[0-9]{1,20}$/.test(text)) return err(notNumber(text));
    const value = BigInt(text);
    return value <= U64_MAX ? ok(value) : err(`${text} is larger than ${U64_MAX}`);
  },
};

/** An address in the network: an absolute http or https URL. */
export const HTTP_URL: ValueKind<string> = {
  label: "URL",
  parse: (text) => {
    const url = URL.parse(text);
    if (url === null) return err(`${shown(text)} is not a URL such as http://127.0.0.1:9000`);
    if (url.protocol === "http:" || url.protocol === "https:") return ok(text);
    return err(`a URL starts with http:// or https://, not ${url.protocol}//`);
  },
};

/** Where a node is reached: `/dns/example.org/tcp/8080`. */
export const MULTIADDR: ValueKind<string> = {
  label: "MULTIADDR",
  parse: (text) => {
    const address = parseMultiaddr(text);
    return address.ok ? ok(text) : address;
  },
};

/** A TCP port; 0 lets the system choose. */
export const PORT: ValueKind<number> = wholeNumber("PORT", 0, 65_535);

/** Room in memory or on a disk. */
export const MEBIBYTES: ValueKind<number> = wholeNumber("MIB", 1, 16 * 1024 * 1024);

/** A rate in hundredths of a percent. */
export const BASIS_POINTS: ValueKind<number> = wholeNumber("BPS", 0, 10_000);

/** A whole number from `min` to `max`. */
export function wholeNumber(label: string, min: number, max: number): ValueKind<number> {
  return {
    label,
    parse: (text) => {
      if (!/^[0-9]{1,16}$/.test(text)) return err(notNumber(text));
      const value = Number(text);
      if (value >= min && value <= max) return ok(value);
      return err(`${text} is not from ${min} to ${max}`);
    },
  };
}

/** The ends of a range of seeds, both included. */
export type SeedRange = { readonly from: number; readonly to: number };

/** A range such as `1..20`. */
export const SEED_RANGE: ValueKind<SeedRange> = {
  label: "A..B",
  parse: (text) => {
    const match = /^([0-9]{1,9})\.\.([0-9]{1,9})$/.exec(text);
    const [from, to] = [Number(match?.[1]), Number(match?.[2])];
    if (match === null) return err(`${shown(text)} is not a range such as 1..20`);
    return from <= to ? ok({ from, to }) : err(`${text} ends before it begins`);
  },
};

/** One of `choices`. */
export function choice<const T extends string>(label: string, choices: readonly T[]): ValueKind<T> {
  return {
    label,
    choices,
    parse: (text): Result<T, string> => {
      const found = choices.find((candidate) => candidate === text);
      return found === undefined
        ? err(`${shown(text)} is none of ${choices.join(", ")}`)
        : ok(found);
    },
  };
}

function notNumber(text: string): string {
  return `${shown(text)} is not a whole number in digits`;
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
