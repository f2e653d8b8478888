/**
 * How releases are named: a tag is a channel and a version (`testnet-v1.2.0`), a target is a
 * platform and a backend (`linux-x64-musl`, `linux-x64-cuda`), and an archive is named after both.
 *
 * @module
 */
import { err, ok, type Result } from "../base/result.ts";

/** A channel and a version. */
export type Tag = { readonly channel: string; readonly version: string };

/** What a build runs on. */
export type Target = { readonly platform: Platform; readonly backend: Backend };

/** The platforms that there are builds for. */
export const PLATFORMS = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "macos-x64",
  "macos-arm64",
  "windows-x64",
] as const;

/** An operating system, a processor and, for musl, a C library. */
export type Platform = (typeof PLATFORMS)[number];

/** The platforms that there is a WebGPU library for; other builds use the processor alone. */
export const WEBGPU_PLATFORMS = ["linux-x64", "macos-x64", "macos-arm64", "windows-x64"] as const;

/** Whether a build for `platform` carries a WebGPU library. */
export function hasWebgpu(platform: Platform): platform is (typeof WEBGPU_PLATFORMS)[number] {
  return WEBGPU_PLATFORMS.some((one) => one === platform);
}

/** What computes scores; every build can also use the processor alone. */
export const BACKENDS = ["wgpu", "cuda", "rocm"] as const;

/** One of `BACKENDS`. */
export type Backend = (typeof BACKENDS)[number];

/** How an archive is packed: every tool reads the first, the second is smaller. */
export type Format = "tar.gz" | "tar.xz";

/** What somebody asks for: a version, a channel's newest, or just the newest. */
export type Wish = { readonly channel?: string; readonly version?: string };

const CHANNEL = "[a-z][a-z0-9]{0,31}";
const VERSION = "[0-9]{1,9}\\.[0-9]{1,9}\\.[0-9]{1,9}(?:-[0-9A-Za-z.]{1,64})?";
const TAG = new RegExp(`^(${CHANNEL})-v(${VERSION})$`);

/** Reads a tag such as `testnet-v1.2.0`. */
export function parseTag(text: string): Result<Tag, string> {
  const [, channel, version] = TAG.exec(text) ?? [];
  if (channel !== undefined && version !== undefined) return ok({ channel, version });
  return err(`${JSON.stringify(text)} is not a tag such as testnet-v1.2.0`);
}

/** Writes a tag. */
export function formatTag({ channel, version }: Tag): string {
  return `${channel}-v${version}`;
}

/** Reads a wish: `1.2.0`, `testnet` or `testnet-v1.2.0`, with or without `soma@` before it. */
export function parseWish(text: string): Result<Wish, string> {
  const word = text.replace(/^soma(?:@|$)/, "");
  if (word === "" || word === "latest") return ok({});
  const tag = parseTag(word);
  if (tag.ok) return tag;
  if (new RegExp(`^v?${VERSION}$`).test(word)) return ok({ version: word.replace(/^v/, "") });
  if (new RegExp(`^${CHANNEL}$`).test(word)) return ok({ channel: word });
  return err(`${JSON.stringify(text)} is not a version (1.2.0), a channel or a tag`);
}

/** Writes a wish for people. */
export function formatWish({ channel, version }: Wish): string {
  if (channel !== undefined && version !== undefined) return formatTag({ channel, version });
  return version ?? channel ?? "the newest version";
}

/** Whether a release is what was wished for. */
export function fulfils({ channel, version }: Tag, wish: Wish): boolean {
  return (
    (wish.channel ?? channel) === channel &&
    (wish.version === undefined || wish.version === version)
  );
}

/** Orders versions by age: parts as numbers, a pre-release before its release. */
export function compareVersions(left: string, right: string): number {
  return Bun.semver.order(left, right);
}

/** Reads a target such as `linux-x64`, `linux-x64-musl` or `linux-x64-cuda`. */
export function parseTarget(text: string): Result<Target, string> {
  const backend = BACKENDS.find((name) => name !== "wgpu" && text.endsWith(`-${name}`)) ?? "wgpu";
  const rest = backend === "wgpu" ? text : text.slice(0, -backend.length - 1);
  const platform = PLATFORMS.find((name) => name === rest);
  if (platform !== undefined) return ok({ platform, backend });
  return err(`${JSON.stringify(text)} is not one of ${PLATFORMS.join(", ")}`);
}

/** Writes a target; the default backend has no name. */
export function formatTarget({ platform, backend }: Target): string {
  return backend === "wgpu" ? platform : `${platform}-${backend}`;
}

/** The name of an archive. */
export function archiveName(tag: Tag, target: Target, format: Format): string {
  return `soma-${formatTag(tag)}-${formatTarget(target)}.${format}`;
}

/** The name of the executable inside an archive. */
export function executableName(platform: Platform): string {
  return platform.startsWith("windows") ? "soma.exe" : "soma";
}
