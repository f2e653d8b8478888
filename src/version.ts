/**
 * Which build this is. The build script defines both constants; from source they are absent and the
 * version is the package's.
 *
 * @module
 */
import { version } from "../package.json" with { type: "json" };

declare const BUILD_VERSION: string | undefined;
declare const BUILD_COMMIT: string | undefined;

/** The version, such as `0.1.0`. */
const VERSION: string = typeof BUILD_VERSION === "string" ? BUILD_VERSION : version;

/** The commit it was built from, 12 hex digits and perhaps `-dirty`; empty from source. */
const COMMIT: string = typeof BUILD_COMMIT === "string" ? BUILD_COMMIT : "";

/** Version and commit in one word, as `--version` prints them. */
export function fullVersion(): string {
  return COMMIT === "" ? VERSION : `${VERSION}-${COMMIT}`;
}
