/**
 * A weights file on disk, read tensor by tensor: its header is checked as a whole when it is
 * opened, every number when its tensor is read. A file of gigabytes is never whole in memory.
 *
 * @module
 */
import { present } from "../base/assert.ts";
import { SomaError } from "../base/errors.ts";
import type { ModelConfig } from "../model/config.ts";
import {
  HEADER_BYTES_MAX,
  parseHeader,
  type TensorEntry,
  viewTensor,
  type WeightsFault,
  weightsFaultText,
} from "../model/safetensors.ts";
import { checkEntries, checkValues, type TensorSource } from "../model/weights.ts";
import { RawFile } from "./raw-file.ts";
import { notWeights, sizeOfEntries } from "./sizes.ts";

const LENGTH_BYTES = 8;

/** A file of tensors that is open. */
export class WeightsFile {
  readonly file: RawFile;
  /** In the order of their bytes. */
  readonly entries: readonly TensorEntry[];
  /** Tensors whose numbers were looked at: a file that is streamed is read again and again. */
  private readonly checked = new Set<TensorEntry>();

  private constructor(file: RawFile, isEncrypted: boolean) {
    this.file = file;
    const head = file.read(0, Math.min(file.sizeBytes, LENGTH_BYTES + HEADER_BYTES_MAX));
    const entries = parseHeader(head, file.sizeBytes);
    if (!entries.ok) {
      throw isEncrypted ? wrongKey(file.name, entries.error) : this.fault(entries.error);
    }
    this.entries = entries.value;
  }

  /** Opens the file at `path`, which people call `name` and which `key` decrypts. */
  static open(path: string, name: string = path, key?: Uint8Array): WeightsFile {
    const file = RawFile.open(path, name, key);
    try {
      return new WeightsFile(file, key !== undefined);
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** The size of the model, as its tensors say. */
  config(): ModelConfig {
    return sizeOfEntries(this.entries, this.file.name);
  }

  /** The tensors of a model of `config`. Reading one with a number that is none is an error. */
  source(config: ModelConfig): TensorSource {
    const fault = checkEntries(config, this.entries);
    if (fault !== undefined) throw this.fault(fault);
    const entries = new Map(this.entries.map((entry) => [entry.name, entry]));
    return (name) => this.tensor(present(entries.get(name), `tensor ${name}`));
  }

  /** The values of one tensor, which are floats; every number is checked the first time. */
  tensor(entry: TensorEntry): Float32Array {
    const bytes = this.file.read(entry.begin, entry.end - entry.begin);
    const values = viewTensor(bytes, { ...entry, begin: 0, end: bytes.length });
    const floats = present(values, `floats in ${entry.name}`);
    if (this.checked.has(entry)) return floats;
    const fault = checkValues(entry.name, floats);
    if (fault !== undefined) throw this.fault(fault);
    this.checked.add(entry);
    return floats;
  }

  /** Closes the file; its sources are not used again. */
  close(): void {
    this.file.close();
  }

  private fault(fault: WeightsFault): SomaError {
    return notWeights(this.file.name, weightsFaultText(fault));
  }
}

// There is nothing in a file that would tell a wrong key from a broken file.
function wrongKey(name: string, fault: WeightsFault): SomaError {
  const why = `decrypted with this key it is no weights file: ${weightsFaultText(fault)}`;
  return new SomaError("wrong_key", `${name}: ${why}`, {
    hint: "give the key that its owner revealed; or the file is broken",
  });
}
