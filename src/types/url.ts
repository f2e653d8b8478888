/**
 * URLs in manifests: a grammar narrow enough that every URL parser reads the same host from it.
 * Clients decode whole lists of manifests at once, so one URL that somebody's parser refuses would
 * hide all the others; and nodes fetch these, so what one takes for a public host must not be a
 * private one for another. Only http and https; hosts in lower case; international names in their
 * ASCII form cannot be told from broken ones without tables, so they are refused.
 *
 * @module
 */

const URL_FORM =
  /^https?:\/\/(\[[^\]]*\]|[^/?#:[\]@]*)(?::([0-9]{1,5}))?([/?#][!$-;=?-[\]_a-z~#]*)?$/;
const HOST_FORM = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const NUMBER_LABEL = /^(?:[0-9]+|0x[0-9a-f]*)$/;
const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const GROUP = /^[0-9a-f]{1,4}$/;
const HOST_CHARACTERS_MAX = 253;
const PORT_MAX = 65_535;
const IPV6_GROUPS = 8;

/** Why `url` may not stand in a manifest, or `undefined` when it may. */
export function checkUrl(url: string): string | undefined {
  const parts = URL_FORM.exec(url);
  if (parts === null) return "URL is not http://host[:port]/path or https://… in plain ASCII";
  const [, host = "", port = "0"] = parts;
  if (Number(port) > PORT_MAX) return `URL has port ${port}; ${PORT_MAX} is the largest`;
  return checkHost(host);
}

function checkHost(host: string): string | undefined {
  if (host.startsWith("[")) {
    return isIpv6(host.slice(1, -1)) ? undefined : `URL host ${host} is not an IPv6 address`;
  }
  if (host.length > HOST_CHARACTERS_MAX) return "URL host is longer than 253 characters";
  if (!HOST_FORM.test(host)) return `URL host "${host}" is not a lower-case ASCII host name`;
  const labels = host.split(".");
  // A last label that looks like a number makes parsers read the whole host as an IPv4 address.
  if (NUMBER_LABEL.test(labels.at(-1) ?? "")) {
    return isIpv4(labels) ? undefined : `URL host ${host} is not an IPv4 address`;
  }
  if (labels.some((label) => label.startsWith("xn--"))) {
    return `URL host ${host} is an encoded international name; use an ASCII name`;
  }
  return undefined;
}

function isIpv4(labels: readonly string[]): boolean {
  return labels.length === 4 && labels.every((label) => OCTET.test(label) && Number(label) <= 255);
}

function isIpv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  if (!groups.every((group) => GROUP.test(group))) return false;
  return halves.length === 2 ? groups.length < IPV6_GROUPS : groups.length === IPV6_GROUPS;
}
