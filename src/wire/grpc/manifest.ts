/**
 * Manifests in gRPC and back.
 *
 * @module
 */
import type { MessageInitShape } from "@bufbuild/protobuf";

import { fromHex } from "../../base/bytes.ts";
import { URL_BYTES_MAX } from "../../types/bounds.ts";
import type { Manifest } from "../../types/manifest.ts";
import { checkUrl } from "../../types/url.ts";
import type { Manifest as ManifestMessage, ManifestSchema } from "../generated/soma_pb.js";
import { boundedText, present, rawDigest } from "./field.ts";
import { invalidField } from "./status.ts";

/** A manifest. */
export function manifestMessage({
  url,
  metadata: { checksum, size },
}: Manifest): MessageInitShape<typeof ManifestSchema> {
  const metadata = {
    version: { case: "v1" as const, value: { checksum: fromHex(checksum), size } },
  };
  return { version: { case: "v1", value: { url, metadata } } };
}

/** The manifest at `path` of a request; its URL is taken as it stands. */
export function readManifest(message: ManifestMessage | undefined, path: string): Manifest {
  const manifest = present(present(message, path).version.value, `${path}.v1`);
  const at = `${path}.v1.metadata`;
  const metadata = present(present(manifest.metadata, at).version.value, `${at}.v1`);
  const url = boundedText(manifest.url, URL_BYTES_MAX, `${path}.v1.url`);
  const fault = checkUrl(url);
  if (fault !== undefined) throw invalidField(`${path}.v1.url`, fault);
  return {
    url,
    metadata: {
      checksum: rawDigest(metadata.checksum, `${at}.v1.checksum`),
      size: present(metadata.size, `${at}.v1.size`),
    },
  };
}
