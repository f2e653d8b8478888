/**
 * Weights that are wanted again and again and do not stay loaded: decrypted once and kept among the
 * fetched files, where they count for the budget like any other. They are named by the encrypted
 * file and the key, so that what a wrong key makes of a file is taken for nothing else.
 *
 * @module
 */
import { SomaError } from "../base/errors.ts";
import type { BlobCache, HeldBlob } from "../blobs/cache.ts";
import { SharedWork, type Waiter } from "../blobs/shared-work.ts";
import type { JobModel } from "./job.ts";
import { RawFile } from "./raw-file.ts";
import { WeightsFile } from "./weights-file.ts";

/** How a caller follows the making of a file, and ends its wait. */
export type PlainWatch = Waiter & {
  readonly onBytes?: (bytes: number, sizeBytes: number) => void;
};

/** Limit: names that are remembered. */
const NAMES_MAX = 1_024;
const PIECE_BYTES = 1024 * 1024;

/** Decrypted weights in a cache. */
export class PlainWeights {
  private readonly cache: BlobCache;
  /** The checksum of the plain file by the name of the model; none yet if it has no such file. */
  private readonly checksums = new Map<string, string | undefined>();
  private readonly underway = new SharedWork<string, PlainWatch>();
  private made = 0;

  constructor(cache: BlobCache) {
    this.cache = cache;
  }

  /** Models that were decrypted. */
  get decryptions(): number {
    return this.made;
  }

  /** Whether the model was noted, or made. */
  knows(name: string): boolean {
    return this.checksums.has(name);
  }

  /** Remembers a model that was decrypted as it was loaded. */
  note(name: string): void {
    this.remember(name, this.checksums.get(name));
  }

  /** The plain file of the model, if it was made, is still there, and has the size that is said. */
  async find(name: string, sizeBytes: number): Promise<HeldBlob | undefined> {
    const checksum = this.checksums.get(name);
    if (checksum === undefined) return undefined;
    const held = await this.hold(checksum);
    if (held === undefined) return undefined;
    this.remember(name, checksum);
    if ((await this.cache.find(checksum))?.sizeBytes === sizeBytes) return held;
    held.release();
    return undefined;
  }

  /** Makes it; `undefined` when there is no room, or when what comes out is no weights file. */
  async make(model: JobModel, watch: PlainWatch): Promise<HeldBlob | undefined> {
    if (!hasHeader(model)) return undefined;
    try {
      const checksum = await this.underway.wait(model.name, watch, (waiters, signal) =>
        this.decrypt(model, waiters, signal),
      );
      this.remember(model.name, checksum);
      return await this.hold(checksum);
    } catch (error) {
      if (isLackOfRoom(error)) return undefined;
      throw error;
    }
  }

  private async decrypt(
    model: JobModel,
    waiters: ReadonlySet<PlainWatch>,
    signal: AbortSignal,
  ): Promise<string> {
    const file = RawFile.open(model.path, model.label, model.key);
    try {
      const { sizeBytes } = file;
      const bounds = { bytesMax: sizeBytes, sizeBytes };
      const onBytes = (bytes: number): void => {
        for (const waiter of waiters) waiter.onBytes?.(bytes, sizeBytes);
      };
      const { checksum } = await this.cache.write(piecesOf(file, onBytes, signal), bounds);
      this.made += 1;
      return checksum;
    } finally {
      file.close();
    }
  }

  private async hold(checksum: string): Promise<HeldBlob | undefined> {
    const held = this.cache.hold(checksum);
    if (await this.cache.use(checksum)) return held;
    held.release();
    return undefined;
  }

  private remember(name: string, checksum: string | undefined): void {
    this.checksums.delete(name);
    this.checksums.set(name, checksum);
    const [oldest] = this.checksums.keys();
    if (this.checksums.size > NAMES_MAX) this.checksums.delete(oldest!);
  }
}

/** Whether the key makes a weights file of it, as far as the beginning tells. */
function hasHeader({ path, label, key }: JobModel): boolean {
  try {
    WeightsFile.open(path, label, key).close();
    return true;
  } catch (error) {
    // The scorer says what is wrong with it.
    if (error instanceof SomaError) return false;
    throw error;
  }
}

async function* piecesOf(
  file: RawFile,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  let bytes = 0;
  for (const piece of file.pieces(PIECE_BYTES)) {
    signal.throwIfAborted();
    onBytes((bytes += piece.length));
    yield piece;
  }
}

function isLackOfRoom(error: unknown): boolean {
  return error instanceof SomaError && /^(blob_quota|disk_full)$/.test(error.code);
}
