/**
 * Addresses of nodes as multiaddrs: `/ip4/127.0.0.1/tcp/8080`, `/ip6/::1/tcp/…`, `/dns/host/tcp/…`.
 *
 * @module
 */
import { isIPv4, isIPv6 } from "node:net";

import { err, ok, type Result } from "../base/result.ts";

/** Where something listens. */
export type HostPort = { readonly host: string; readonly port: number };

const PORT_MAX = 65_535;
const PORT_FORM = /^(?:0|[1-9][0-9]{0,4})$/;
const NAME_FORM = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/i;
const HOST_FORMS: Readonly<Record<string, (host: string) => boolean>> = {
  ip4: isIPv4,
  ip6: isIPv6,
  dns: (host) => NAME_FORM.test(host),
  dns4: (host) => NAME_FORM.test(host),
  dns6: (host) => NAME_FORM.test(host),
};

/** The host and port of a multiaddr over TCP, or what is wrong with it. */
export function parseMultiaddr(text: string): Result<HostPort, string> {
  const [root, scheme = "", host = "", protocol, port = "", ...rest] = text.split("/");
  if (root !== "" || protocol !== "tcp" || rest.length > 0) {
    return err("an address looks like /ip4/127.0.0.1/tcp/8080");
  }
  const isHost = Object.hasOwn(HOST_FORMS, scheme) ? HOST_FORMS[scheme] : undefined;
  if (isHost === undefined) return err("an address begins with /ip4, /ip6 or /dns");
  if (!isHost(host)) return err(`the host of an address does not fit /${scheme}`);
  if (!PORT_FORM.test(port) || Number(port) > PORT_MAX) {
    return err(`the port of an address is a number up to ${PORT_MAX}`);
  }
  return ok({ host, port: Number(port) });
}

/** The multiaddr of a host and port. */
export function formatMultiaddr({ host, port }: HostPort): string {
  const scheme = isIPv4(host) ? "ip4" : isIPv6(host) ? "ip6" : "dns";
  return `/${scheme}/${host}/tcp/${port}`;
}
