/**
 * Stored blobs in JSON.
 *
 * @module
 */
import { z } from "zod";

import type { Digest } from "../../types/address.ts";
import { digest, u64 } from "./primitives.ts";
import type { View } from "./view.ts";

/** A blob that a node has. */
export type BlobView = { readonly checksum: Digest; readonly size: bigint };

/** A stored blob in JSON. */
export const blobView: View<BlobView> = z.object({ checksum: digest, size: u64 });
