/**
 * A program that downloads over TLS from a name that resolves to loopback and prints how it ended.
 * Run by a test, because a process learns only at its start which certificates to trust.
 *
 * @module
 */
import { present } from "../../src/base/assert.ts";
import { SomaError } from "../../src/base/errors.ts";
import { download } from "../../src/blobs/download.ts";
import { WITH_LOOPBACK } from "../../src/blobs/guard.ts";
import { drain } from "../conformance/blob-store.ts";

const url = present(process.argv[2], "a URL");
const sizeBytes = Number(present(process.argv[3], "a size"));
try {
  const bytes = await drain(
    download(url, sizeBytes, {
      policy: WITH_LOOPBACK,
      random: () => 0,
      limits: { retriesMax: 0 },
      resolve: async () => ["127.0.0.1"],
    }),
  );
  process.stdout.write(`got ${bytes.length}`);
} catch (error) {
  if (!(error instanceof SomaError)) throw error;
  process.stdout.write(error.code);
}
