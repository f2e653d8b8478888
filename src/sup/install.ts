/**
 * Installing one release, from the wish to the links: find it in a signed list, bring the archive,
 * check its hash, take the executable out, let it start once, keep it, switch to it. Whatever fails
 * on the way, the version in use stays in use.
 *
 * @module
 */
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

import { SomaError } from "../base/errors.ts";
import { extract } from "./archive.ts";
import { download, type DownloadWatch, sha256Of } from "./download.ts";
import { onDisk, supError } from "./failures.ts";
import {
  type Asset,
  findAsset,
  findRelease,
  type Index,
  INDEX_BYTES_MAX,
  INDEX_NAME,
  isSigned,
  readIndex,
  SIGNATURE_SUFFIX,
} from "./index-file.ts";
import type { Probe } from "./machine.ts";
import {
  executableName,
  type Format,
  formatTarget,
  parseTag,
  parseTarget,
  type Target,
  type Wish,
} from "./release.ts";
import { smokeRun } from "./smoke.ts";
import { readSmall, type Source } from "./source.ts";
import type { Versions } from "./versions.ts";

/** What installing works with. */
export type Installer = {
  readonly versions: Versions;
  readonly keys: readonly Uint8Array[];
  readonly probe: Probe;
  readonly nowMs: () => number;
};

/** An archive that can be brought. */
export type Choice = {
  readonly source: Source;
  readonly tag: string;
  readonly asset: Asset;
  /** The hashes of all archives with the same content. */
  readonly hashes: readonly string[];
};

/** An archive on this disk whose hash is known from a signature. */
export type Verified = {
  readonly tag: string;
  readonly target: Target;
  readonly format: Format;
  readonly file: string;
  readonly sha256: string;
  readonly source: string;
};

/** The name of the signed sums that lie beside archives. */
export const SUMS_NAME = "SHA256SUMS";

const SIGNATURE_BYTES = 64;
const FORMATS: readonly Format[] = ["tar.xz", "tar.gz"];
const ARCHIVE =
  /^soma-([a-z0-9]+-v[0-9A-Za-z.]+(?:-[0-9A-Za-z.]+)?)-((?:linux|macos|windows)-.*)\.(tar\.[gx]z)$/;

/** The list of releases at `source`, if it can be trusted. */
export async function fetchIndex(
  { versions, keys, nowMs }: Installer,
  source: Source,
  signal?: AbortSignal,
): Promise<Index> {
  if (keys.length === 0) throw noKeys();
  const bytes = await readSmall(source, INDEX_NAME, INDEX_BYTES_MAX, signal);
  const signaturePath = INDEX_NAME + SIGNATURE_SUFFIX;
  const signature = await readSmall(source, signaturePath, SIGNATURE_BYTES, signal);
  const serialMin = versions.state().serial;
  const index = readIndex(bytes, signature, { keys, serialMin, nowMs: nowMs() });
  versions.sawSerial(index.serial);
  return index;
}

/** Finds the archive of the release that fulfils a wish. */
export async function chooseArchive(
  installer: Installer,
  source: Source,
  wanted: { readonly wish: Wish; readonly target: Target },
  signal?: AbortSignal,
): Promise<Choice> {
  const release = findRelease(await fetchIndex(installer, source, signal), wanted.wish);
  const asset = findAsset(release, wanted.target, FORMATS);
  const name = formatTarget(wanted.target);
  const same = release.assets.filter((one) => formatTarget(one) === name);
  return { source, tag: release.tag, asset, hashes: same.map(({ sha256 }) => sha256) };
}

/** Brings an archive into the cache. */
export async function bringArchive(
  { versions }: Installer,
  { source, tag, asset }: Choice,
  watch: DownloadWatch = {},
): Promise<Verified> {
  const { name, size, sha256, format, platform, backend } = asset;
  const file = join(versions.places.cache, name);
  await download({ source, path: `${tag}/${name}`, size, sha256, file }, watch);
  return { tag, target: { platform, backend }, format, file, sha256, source: source.name };
}

/** Checks an archive on this disk against the signed sums that lie beside it. */
export async function checkArchive({ keys }: Installer, file: string): Promise<Verified> {
  if (keys.length === 0) throw noKeys();
  const [, tagText, targetText, format] = ARCHIVE.exec(basename(file)) ?? [];
  const [tag, target] = [parseTag(tagText ?? ""), parseTarget(targetText ?? "")];
  if (!tag.ok || !target.ok) {
    throw supError(
      "noSuchVersion",
      `${basename(file)} is not the name of an archive of soma`,
      "keep the name that it was released under, and its SHA256SUMS and SHA256SUMS.sig beside it",
    );
  }
  const sha256 = await sha256Of(file);
  if (readSums(dirname(file), keys).get(basename(file)) !== sha256) {
    throw supError(
      "untrusted",
      `${file} is damaged or not genuine: the signed sums say otherwise`,
      "bring it once more; if it stays, report it: do not install it",
    );
  }
  return {
    tag: tagText!,
    target: target.value,
    format: format as Format,
    file,
    sha256,
    source: file,
  };
}

/** Installs a verified archive beside the others; returns its id. The links stay as they are. */
export async function place(installer: Installer, verified: Verified): Promise<string> {
  try {
    return await buildUp(installer, verified);
  } catch (error) {
    discardIfPossible(installer.versions);
    throw error;
  }
}

/** What cannot be removed now is removed before the next one is built up. */
function discardIfPossible(versions: Versions): void {
  try {
    versions.discard();
  } catch (error) {
    if (!(error instanceof SomaError)) throw error;
  }
}

async function buildUp(installer: Installer, verified: Verified): Promise<string> {
  const { versions, probe, nowMs } = installer;
  const { tag, target, file, sha256, source } = verified;
  const id = `${tag}-${formatTarget(target)}`;
  const name = executableName(target.platform);
  const executable = join(versions.scratch(id), name);
  await extract(verified, name, executable);
  smokeRun(executable, probe);
  versions.keep(id, {
    tag,
    target: formatTarget(target),
    installed_at: new Date(nowMs()).toISOString(),
    source,
    archive: { name: basename(file), sha256 },
    executable: { size: statSync(executable).size, sha256: await sha256Of(executable) },
  });
  return id;
}

/** Whether the executable of a version is still what was installed. */
export async function isIntact(versions: Versions, id: string): Promise<boolean> {
  const { executable } = versions.receipt(id);
  const path = versions.executable(id);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  return size === executable.size && (await sha256Of(path)) === executable.sha256;
}

/** Whether a version came from an archive with one of `hashes`, and is still what it was. */
export async function isInstalledFrom(
  versions: Versions,
  id: string,
  hashes: readonly string[],
): Promise<boolean> {
  if (!versions.ids().includes(id)) return false;
  return hashes.includes(versions.receipt(id).archive.sha256) && (await isIntact(versions, id));
}

/** The sums in `folder`, by file name, if they are signed. */
function readSums(folder: string, keys: readonly Uint8Array[]): ReadonlyMap<string, string> {
  const path = join(folder, SUMS_NAME);
  const bytes = onDisk(`read ${path}`, () => readFileSync(path));
  const signature = onDisk(`read ${path}`, () => readFileSync(path + SIGNATURE_SUFFIX));
  if (!isSigned(bytes, signature, keys)) {
    throw supError("untrusted", `${path} is not signed by a key of this build`);
  }
  const lines = bytes.toString("utf8").split("\n");
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

function noKeys(): Error {
  return supError(
    "untrusted",
    "this build knows no keys of those who release, so it can trust no release",
    "use a released build, or build one with `npm run release`",
  );
}
