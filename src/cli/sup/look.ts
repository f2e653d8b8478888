/**
 * What `sup list`, `sup which`, `sup show` and `sup verify` do.
 *
 * @module
 */
import { BASE_URL, OWN_TAG, OWN_TARGET, TRUSTED_KEYS } from "../../sup/build-values.ts";
import { supError } from "../../sup/failures.ts";
import { fetchIndex, type Installer, isIntact } from "../../sup/install.ts";
import { formatTarget, type Wish } from "../../sup/release.ts";
import { LINKS } from "../../sup/versions.ts";
import { fullVersion } from "../../version.ts";
import type { Context } from "../command.ts";
import { findInstalled, openInstaller } from "./installation.ts";
import { isOnPath, shadows } from "./search-path.ts";
import { sourceOf } from "./wanted.ts";

const SEE = "see: sup list";

/** `list` */
export async function listAction(
  context: Context,
  options: { readonly remote: boolean; readonly from: string | undefined },
): Promise<void> {
  if (options.remote || options.from !== undefined) return listRemote(context, options.from);
  const { output } = context;
  const { versions } = openInstaller(context);
  const { active, previous } = versions.state();
  const installed = versions.ids().map((id) => {
    const { tag, target, installed_at } = versions.receipt(id);
    return { id, tag, target, installed_at, active: id === active, previous: id === previous };
  });
  output.result({ installed }, () => {
    if (installed.length === 0) output.line("Nothing is installed. Next: sup install soma");
    for (const one of installed) {
      output.line(`${one.active ? "*" : " "} ${one.id}  ${one.installed_at.slice(0, 10)}`);
    }
  });
}

/** `which` */
export function whichAction({ deps, output }: Context): void {
  const { versions } = openInstaller({ deps });
  const { active } = versions.state();
  if (active === null) throw supError("noSuchVersion", "nothing is in use", "sup install soma");
  const path = versions.executable(active);
  output.result({ id: active, path }, () => output.line(path));
}

/** `show` */
export function showAction({ deps, output }: Context): void {
  const { versions } = openInstaller({ deps });
  const { bin, data, cache } = versions.places;
  const { active, previous } = versions.state();
  const keys = TRUSTED_KEYS.map((key) => key.toHex());
  const document = {
    sup: { version: fullVersion(), tag: OWN_TAG ?? null, target: OWN_TARGET ?? null },
    active,
    previous,
    installed: versions.ids(),
    folders: { data, cache, bin },
    links: Object.fromEntries(LINKS.map((name) => [name, versions.isOurs(name)])),
    on_path: isOnPath(bin, deps.env["PATH"]),
    hidden_by: shadows(bin, deps.env["PATH"]),
    trusted_keys: keys,
    releases: deps.env["SUP_INDEX_URL"] ?? BASE_URL ?? null,
  };
  output.result(document, () => {
    const rows = [
      ["This sup", `${fullVersion()} ${OWN_TAG ?? "(not a release)"}`],
      ["In use", active ?? "nothing"],
      ["Before", previous ?? "nothing"],
      ["Installed", document.installed.join(", ") || "nothing"],
      ["Versions in", data],
      ["Downloads in", cache],
      ["Links in", `${bin}${document.on_path ? "" : " (not on your PATH)"}`],
      ["Releases", document.releases ?? "not known: use --from or SUP_INDEX_URL"],
      ["Trusted keys", keys.map((key) => key.slice(0, 16)).join(", ") || "none"],
    ];
    output.table({ title: "Installation", rows });
  });
}

/** `verify` */
export async function verifyAction(context: Context, wish: Wish | undefined): Promise<void> {
  const { output } = context;
  const installer = openInstaller(context);
  const ids = findInstalled(installer, wish ?? {}, undefined);
  if (ids.length === 0) throw supError("noSuchVersion", "nothing of that is installed", SEE);
  const results = await Promise.all(ids.map((id) => checkOne(installer, id)));
  const damaged = results.filter(({ ok }) => !ok).map(({ id }) => id);
  const [first] = damaged;
  if (first !== undefined) {
    const { tag, target } = installer.versions.receipt(first);
    throw supError(
      "untrusted",
      `no longer what was installed: ${damaged.join(", ")}`,
      `install it again: sup install soma@${tag} --target ${target}`,
    );
  }
  output.result({ versions: results }, () => {
    for (const { id, sha256 } of results) output.line(`✓ ${id}  ${sha256}`);
  });
}

async function checkOne(
  { versions }: Installer,
  id: string,
): Promise<{ readonly id: string; readonly ok: boolean; readonly sha256: string }> {
  const { sha256 } = versions.receipt(id).executable;
  return { id, ok: await isIntact(versions, id), sha256 };
}

async function listRemote(context: Context, from: string | undefined): Promise<void> {
  const { output } = context;
  const index = await fetchIndex(openInstaller(context), sourceOf(context, from));
  output.result(index, () => {
    for (const { tag, date, assets, yanked } of index.releases) {
      const targets = [...new Set(assets.map(formatTarget))].join(" ");
      output.line(`${tag}  ${date.slice(0, 10)}  ${yanked === undefined ? targets : "withdrawn"}`);
    }
  });
}
