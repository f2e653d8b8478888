/**
 * Where a file is and what it must contain: URL, BLAKE2b-256 checksum and size. Submissions and
 * model weights are named this way.
 *
 * @module
 */
import { boundedText, type Codec, refine, struct, u64 } from "../bcs/schema.ts";
import { type Digest, digest } from "./address.ts";
import { URL_BYTES_MAX } from "./bounds.ts";
import { firstVersion } from "./encoding.ts";
import { checkUrl } from "./url.ts";

/** What a file must contain. */
export type Metadata = { readonly checksum: Digest; readonly size: bigint };

/** Where a file is and what it must contain. */
export type Manifest = { readonly url: string; readonly metadata: Metadata };

/** Layout of `Metadata`. */
const metadata: Codec<Metadata> = firstVersion(
  struct<Metadata>("Metadata", { checksum: digest, size: u64 }),
);

/** Layout of `Manifest`; refuses a URL that no node would fetch. */
export const manifest: Codec<Manifest> = firstVersion(
  struct<Manifest>("Manifest", { url: refine(boundedText(URL_BYTES_MAX), checkUrl), metadata }),
);
