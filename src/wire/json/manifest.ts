/**
 * Manifests in JSON: where a file is and what it must contain.
 *
 * @module
 */
import { z } from "zod";

import type { Manifest } from "../../types/manifest.ts";
import { digest, u64 } from "./primitives.ts";
import { mappedView, type View } from "./view.ts";

/** A manifest in JSON. */
export const manifest: View<Manifest> = mappedView(
  z.object({ url: z.string(), checksum: digest, size: u64 }),
  ({ url, checksum, size }): Manifest => ({ url, metadata: { checksum, size } }),
  ({ url, metadata }) => ({ url, ...metadata }),
);
