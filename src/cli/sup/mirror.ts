/**
 * What `sup mirror` does: a copy of a release folder, with less in it, that serves as one.
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { download } from "../../sup/download.ts";
import { onDisk, supError } from "../../sup/failures.ts";
import { type Asset, findRelease, INDEX_BYTES_MAX, INDEX_NAME } from "../../sup/index-file.ts";
import { fetchIndex, SUMS_NAME } from "../../sup/install.ts";
import { formatTarget, type Target, type Wish } from "../../sup/release.ts";
import { readSmall, type Source } from "../../sup/source.ts";
import type { Context } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { startProgress } from "../progress.ts";
import { openInstaller } from "./installation.ts";
import { sourceOf } from "./wanted.ts";

type Options = {
  readonly from: string | undefined;
  readonly target: readonly Target[];
  readonly version: Wish;
};

/** `mirror` */
export async function mirrorAction(
  context: Context,
  folderText: string,
  options: Options,
): Promise<void> {
  const folder = resolve(context.deps.cwd, folderText);
  const source = sourceOf(context, options.from);
  const index = await fetchIndex(openInstaller(context), source);
  const { tag, assets } = findRelease(index, options.version);
  const wanted = options.target.map(formatTarget);
  const chosen = assets.filter(
    (asset) => wanted.length === 0 || wanted.includes(formatTarget(asset)),
  );
  const missing = wanted.find((name) => !assets.some((asset) => formatTarget(asset) === name));
  if (missing !== undefined) {
    const built = [...new Set(assets.map(formatTarget))].join(", ");
    throw supError("noSuchVersion", `${tag} was not built for ${missing}`, `there is ${built}`);
  }
  onDisk(`write in ${folder}`, () => mkdirSync(join(folder, tag), { recursive: true }));
  await interruptible(context.deps, "what is complete stays; run it again to go on", (signal) =>
    copyAssets(context, source, { folder, tag, chosen, signal }),
  );
  const small = [INDEX_NAME, `${tag}/${SUMS_NAME}`].flatMap((name) => [name, `${name}.sig`]);
  for (const name of [...small, "install.sh", "install.ps1"]) {
    const bytes = await readSmall(source, name, INDEX_BYTES_MAX);
    onDisk(`write ${name}`, () => writeFileSync(join(folder, name), bytes));
  }
  const names = chosen.map(({ name }) => name);
  context.output.result({ folder, tag, assets: names }, () => {
    context.output.line(`In ${folder}: ${names.join(", ")}.`);
  });
}

async function copyAssets(
  context: Context,
  source: Source,
  {
    folder,
    tag,
    chosen,
    signal,
  }: {
    readonly folder: string;
    readonly tag: string;
    readonly chosen: readonly Asset[];
    readonly signal: AbortSignal;
  },
): Promise<void> {
  for (const { name, size, sha256 } of chosen) {
    const progress = startProgress(context, name, size);
    const file = join(folder, tag, name);
    const wanted = { source, path: `${tag}/${name}`, size, sha256, file };
    await download(wanted, { signal, onBytes: progress.update }).finally(progress.finish);
  }
}
