/**
 * The commands of `sup`.
 *
 * @module
 */
import { BACKENDS, parseTarget, parseWish, type Target, type Wish } from "../../sup/release.ts";
import { type Command, command, type CommandGroup } from "../command.ts";
import { defaulted, flag, optional, repeated, required, type ValueKind } from "../params.ts";
import { choice, PATH, wholeNumber } from "../values.ts";

const WISH: ValueKind<Wish> = { label: "VERSION", parse: parseWish };
const TARGET: ValueKind<Target> = { label: "TARGET", parse: parseTarget };
const DAYS = wholeNumber("DAYS", 0, 36_500);

const BUILD_OPTIONS = {
  backend: optional(choice("BACKEND", [...BACKENDS]), "What computes scores; wgpu if absent"),
  target: optional(TARGET, "A build for another machine, such as linux-arm64"),
  from: optional(PATH, "A folder or URL of releases, or one archive with its signed sums beside"),
  force: flag("Install though a driver is missing, or what is installed already"),
} as const;

const install = command({
  name: "install",
  summary: "Install a version and switch to it",
  details: [
    "The list of releases must be signed by a key that is part of this program, the archive must " +
      "have the hash that the list says, and the new version must start once before it is used.",
  ],
  examples: [
    ["sup install soma", "the newest for this machine"],
    ["sup install soma@1.2.0 --backend cuda", "this version, for NVIDIA GPUs"],
    ["sup install --from ./releases", "from a folder, without network"],
  ],
  args: { version: defaulted(WISH, "soma", "soma, or soma@ and a version, channel or tag") },
  options: {
    ...BUILD_OPTIONS,
    verifyOnly: flag("Download and check, but install nothing"),
    noSwitch: flag("Install, but keep using the version in use"),
  },
  run: async (context, { args, options }) => {
    const { installAction } = await import("./install.ts");
    await installAction(context, args.version, options);
  },
});

const update = command({
  name: "update",
  summary: "Install the newest version of the channel in use",
  details: ["With --check nothing is installed; the exit code is 0 whether or not there is one."],
  examples: [
    ["sup update", "go to the newest"],
    ["sup update --check --json", "only say whether there is one"],
  ],
  args: { product: optional(choice("PRODUCT", ["soma"]), "What to update") },
  options: { ...BUILD_OPTIONS, check: flag("Only say whether there is a newer one") },
  run: async (context, { options }) => {
    const { updateAction } = await import("./install.ts");
    await updateAction(context, options);
  },
});

function useCommand(name: string, hidden: boolean): Command {
  return command({
    name,
    summary: "Switch to an installed version",
    details: ["A file .soma-version in a folder, with a version in it, decides for that folder."],
    examples: [[`sup ${name} 1.2.0`, "from now on"]],
    args: { version: required(WISH, "An installed version") },
    options: { backend: BUILD_OPTIONS.backend },
    hidden,
    run: async (context, { args, options }) => {
      const { useAction } = await import("./switch.ts");
      await useAction(context, args.version, options.backend);
    },
  });
}

const rollback = command({
  name: "rollback",
  summary: "Switch back to the version in use before",
  examples: [["sup rollback", "undo the last switch"]],
  args: {},
  options: {},
  run: async (context) => {
    const { rollbackAction } = await import("./switch.ts");
    await rollbackAction(context);
  },
});

const remove = command({
  name: "remove",
  summary: "Remove an installed version that is not in use",
  examples: [["sup remove 1.1.0", "with all its backends"]],
  args: { version: required(WISH, "An installed version") },
  options: { backend: BUILD_OPTIONS.backend },
  run: async (context, { args, options }) => {
    const { removeAction } = await import("./remove.ts");
    await removeAction(context, args.version, options.backend);
  },
});

const cleanup = command({
  name: "cleanup",
  summary: "Remove downloads and versions that were not in use lately",
  examples: [["sup cleanup --dry-run", "say what would go"]],
  args: {},
  options: {
    olderThan: defaulted(DAYS, "30", "Keep versions that were installed in the last days"),
    dryRun: flag("Only say what would go"),
  },
  run: async (context, { options }) => {
    const { cleanupAction } = await import("./remove.ts");
    await cleanupAction(context, options);
  },
});

const list = command({
  name: "list",
  summary: "List versions",
  examples: [
    ["sup list", "those on this machine"],
    ["sup list --remote", "those that can be had"],
  ],
  args: {},
  options: {
    remote: flag("Those that are released instead of those installed"),
    from: BUILD_OPTIONS.from,
  },
  run: async (context, { options }) => {
    const { listAction } = await import("./look.ts");
    await listAction(context, options);
  },
});

const which = command({
  name: "which",
  summary: "Print the path of the executable in use",
  examples: [["sup which", "where soma really is"]],
  args: {},
  options: {},
  run: async (context) => {
    const { whichAction } = await import("./look.ts");
    whichAction(context);
  },
});

const show = command({
  name: "show",
  summary: "Show what is installed and where",
  examples: [["sup show", "versions, folders, links, keys"]],
  args: {},
  options: {},
  run: async (context) => {
    const { showAction } = await import("./look.ts");
    showAction(context);
  },
});

const verify = command({
  name: "verify",
  summary: "Check that installed versions are what was installed",
  examples: [["sup verify", "all of them"]],
  args: { version: optional(WISH, "One version; all if absent") },
  options: {},
  run: async (context, { args }) => {
    const { verifyAction } = await import("./look.ts");
    await verifyAction(context, args.version);
  },
});

const doctor = command({
  name: "doctor",
  summary: "Look for what keeps Soma from running here",
  examples: [["sup doctor", "PATH, folders, processor, drivers, ports"]],
  args: {},
  options: { quick: flag("Only what decides whether it starts") },
  run: async (context, { options }) => {
    const { doctorAction } = await import("./doctor.ts");
    doctorAction(context, options.quick);
  },
});

const mirror = command({
  name: "mirror",
  summary: "Copy releases into a folder that others can install from",
  examples: [["sup mirror ./releases --target linux-x64", "the newest, for one platform"]],
  args: { folder: required(PATH, "The folder") },
  options: {
    from: BUILD_OPTIONS.from,
    target: repeated(TARGET, "A build to copy, again for more; all if absent"),
    version: defaulted(WISH, "soma", "A version, channel or tag; the newest if absent"),
  },
  run: async (context, { args, options }) => {
    const { mirrorAction } = await import("./mirror.ts");
    await mirrorAction(context, args.folder, options);
  },
});

const selfUpdate = command({
  name: "self update",
  summary: "The same as `update`: sup is part of soma",
  examples: [["sup self update", "go to the newest"]],
  args: {},
  options: { from: BUILD_OPTIONS.from },
  run: async (context, { options }) => {
    const { updateAction } = await import("./install.ts");
    const rest = { backend: undefined, target: undefined, force: false, check: false };
    await updateAction(context, { ...options, ...rest });
  },
});

const selfUninstall = command({
  name: "self uninstall",
  summary: "Remove every version, the links and the downloads",
  details: ["Wallets and networks stay, unless --purge is given."],
  examples: [["sup self uninstall", "asks first"]],
  args: {},
  options: {
    purge: flag("Remove wallets and networks too: keys that exist nowhere else are lost"),
  },
  run: async (context, { options }) => {
    const { uninstallAction } = await import("./remove.ts");
    await uninstallAction(context, options.purge);
  },
});

/** Commands that change what is installed. */
export const INSTALLING: CommandGroup = {
  title: "Versions",
  commands: [
    install,
    update,
    useCommand("use", false),
    useCommand("default", true),
    rollback,
    remove,
    cleanup,
  ],
};

/** Commands that look. */
export const LOOKING: CommandGroup = {
  title: "Looking",
  commands: [list, which, show, verify, doctor],
};

/** Commands about the installation as a whole. */
export const SELF: CommandGroup = {
  title: "Installation",
  parents: { self: "Update or remove sup itself" },
  commands: [selfUpdate, selfUninstall, mirror],
};
