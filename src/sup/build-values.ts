/**
 * What the build of a release fixed: whom to trust and where releases are. From source and in plain
 * builds there are no keys, and nothing can be installed from an index.
 *
 * @module
 */
declare const BUILD_SUP_KEYS: string | undefined;
declare const BUILD_SUP_BASE_URL: string | undefined;
declare const BUILD_TAG: string | undefined;
declare const BUILD_TARGET: string | undefined;

/** Ed25519 public keys of those who release, 32 bytes each. */
export const TRUSTED_KEYS: readonly Uint8Array[] =
  typeof BUILD_SUP_KEYS === "string"
    ? BUILD_SUP_KEYS.split(",").map((key) => Uint8Array.fromHex(key))
    : [];

/** Where releases are unless `SUP_INDEX_URL` says otherwise. */
export const BASE_URL: string | undefined =
  typeof BUILD_SUP_BASE_URL === "string" ? BUILD_SUP_BASE_URL : undefined;

/** The tag of this build, such as `testnet-v1.2.0`. */
export const OWN_TAG: string | undefined = typeof BUILD_TAG === "string" ? BUILD_TAG : undefined;

/** What this build runs on, such as `linux-x64-cuda`. */
export const OWN_TARGET: string | undefined =
  typeof BUILD_TARGET === "string" ? BUILD_TARGET : undefined;
