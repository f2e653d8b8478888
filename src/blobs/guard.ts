/**
 * Which addresses a node may fetch from when somebody else chose the URL. Only http and https, no
 * credentials, and no address that leads back into the operator's network: a name is resolved once,
 * all its addresses must pass, and the request goes to the address that was checked, so that a
 * second answer of the name server cannot lead elsewhere (DNS rebinding).
 *
 * Ranges: IANA special-purpose registries (RFC 6890), and the metadata services of cloud providers.
 *
 * @module
 */
import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";

import { SomaError } from "../base/errors.ts";

/** Which addresses besides public ones are allowed. */
export type AddressPolicy = { readonly loopback: boolean; readonly private: boolean };

/** Addresses of a host name. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** A URL that may be fetched, and the addresses its host had when that was decided. */
export type CheckedUrl = { readonly url: URL; readonly addresses: readonly string[] };

/** What an address leads to; `forbidden` ones are never allowed. */
export type AddressKind = "public" | "loopback" | "private" | "forbidden";

/** The policy of everything but a local network: public addresses only. */
export const PUBLIC_ONLY: AddressPolicy = { loopback: false, private: false };
/** The policy of a local network: this machine, and public addresses. */
export const WITH_LOOPBACK: AddressPolicy = { loopback: true, private: false };

/** The policy of a private network: its own addresses too. */
export const WITH_PRIVATE: AddressPolicy = { loopback: true, private: true };

const URL_CHARACTERS_MAX = 2_048;

const LOOPBACK = blockList(["127.0.0.0/8", "::1/128"]);
// Cloud metadata services that live in ranges which are otherwise public or private.
const METADATA = blockList([
  "100.100.100.200/32",
  "168.63.129.16/32",
  "fd00:ec2::254/128",
  "fd20:ce::254/128",
]);
const PRIVATE = blockList([
  "10.0.0.0/8",
  "100.64.0.0/10",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "fc00::/7",
]);
// Link-local (metadata services too), documentation, benchmarks, multicast, reserved, and forms of
// IPv6 that carry an IPv4 address: 6to4, Teredo and NAT64.
const FORBIDDEN = blockList([
  "0.0.0.0/8",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.88.99.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/96",
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "3fff::/20",
]);
const GLOBAL_IPV6 = blockList(["2000::/3"]);
const MAPPED_IPV4 = blockList(["::ffff:0:0/96"]);

/** Asks the machine's own resolver. */
const SYSTEM_RESOLVE: Resolve = async (host) =>
  (await lookup(host, { all: true })).map((found) => found.address);

/** Checks a URL that somebody else chose; fails with `url_refused` or `host_unknown`. */
export async function checkFetch(
  text: string,
  policy: AddressPolicy,
  resolve: Resolve = SYSTEM_RESOLVE,
): Promise<CheckedUrl> {
  const url = parseFetchUrl(text);
  const addresses = await resolveHost(url, resolve);
  for (const address of addresses) {
    const kind = addressKind(address);
    if (!isAllowed(kind, policy))
      throw refused(`${url.hostname} is a ${kind} address (${address})`);
  }
  return { url, addresses };
}

/** What an IPv4 or IPv6 address leads to. */
export function addressKind(address: string): AddressKind {
  const family = isIP(address);
  if (family === 0) return "forbidden";
  const holds = (list: BlockList): boolean => list.check(address, family === 4 ? "ipv4" : "ipv6");
  if (holds(LOOPBACK)) return "loopback";
  if (holds(METADATA) || holds(FORBIDDEN)) return "forbidden";
  if (holds(PRIVATE)) return "private";
  if (family === 6 && !holds(GLOBAL_IPV6) && !holds(MAPPED_IPV4)) return "forbidden";
  return "public";
}

function isAllowed(kind: AddressKind, policy: AddressPolicy): boolean {
  if (kind === "loopback") return policy.loopback;
  if (kind === "private") return policy.private;
  return kind === "public";
}

function parseFetchUrl(text: string): URL {
  const url = text.length <= URL_CHARACTERS_MAX ? URL.parse(text) : null;
  if (url === null) throw refused("it is not a URL, or is longer than 2,048 characters");
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw refused(`its scheme is ${url.protocol.slice(0, -1)}, not http or https`);
  }
  if (url.username !== "" || url.password !== "") throw refused("it contains credentials");
  return url;
}

async function resolveHost(url: URL, resolve: Resolve): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0) return [host];
  const addresses = await resolve(host).catch((cause: unknown) => {
    throw unknownHost(host, cause);
  });
  if (addresses.length === 0) throw unknownHost(host, undefined);
  return addresses;
}

function unknownHost(host: string, cause: unknown): SomaError {
  return new SomaError("host_unknown", `host ${host} has no address`, {
    hint: "check the URL, and that this machine can resolve names",
    cause,
  });
}

function refused(why: string): SomaError {
  return new SomaError("url_refused", `URL is not fetched: ${why}`, {
    hint: "use a public http or https URL, or have the operator allow private addresses",
  });
}

function blockList(subnets: readonly string[]): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = "", prefix = ""] = subnet.split("/");
    list.addSubnet(network, Number(prefix), network.includes(":") ? "ipv6" : "ipv4");
  }
  return list;
}
