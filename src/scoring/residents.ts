/**
 * Models that stay loaded, because loading one takes longer than scoring with it: as many as fit
 * into the memory that they may take. For a new one those go that were used longest ago; one that
 * does not fit even alone is streamed from its file, and does not stay.
 *
 * @module
 */
import type { ModelConfig } from "../model/config.ts";
import type { Backend, LoadedModel } from "../runtime/backend.ts";
import { residentBytes } from "../runtime/plan.ts";
import type { JobModel, ResidentWork } from "./job.ts";
import { WeightsFile } from "./weights-file.ts";

/** A model that is loaded, and the file that it reads again and again if it is streamed. */
type Resident = { readonly model: LoadedModel; readonly file: WeightsFile | undefined };

/** Limit, however small they are. */
const MODELS_MAX = 64;
const NO_WORK = { uploads: 0, decryptions: 0, evictions: 0 };

/** The loaded models of one backend. */
export class Residents {
  private readonly backend: Backend;
  private readonly budgetBytes: number;
  /** In the order of their last use. */
  private readonly residents = new Map<string, Resident>();
  private work = { ...NO_WORK };

  constructor(backend: Backend, budgetBytes: number) {
    this.backend = backend;
    this.budgetBytes = budgetBytes;
  }

  /** Whether the model is loaded. */
  has({ name }: JobModel): boolean {
    return this.residents.has(name);
  }

  /** The model, which is loaded if it was not; the signal's reason ends that. */
  async use(config: ModelConfig, model: JobModel, signal?: AbortSignal): Promise<LoadedModel> {
    const known = this.residents.get(model.name);
    // Used again: it moves to the end, away from being unloaded.
    this.residents.delete(model.name);
    const resident = known ?? (await this.load(config, model, signal));
    this.residents.set(model.name, resident);
    return resident.model;
  }

  /** Lets go of a model that does not stay: its file may be gone before it is used again. */
  async release(model: JobModel): Promise<void> {
    if (this.residents.get(model.name)?.model.streams === true) await this.drop(model);
  }

  /** Unloads the model, if it is loaded. */
  async drop({ name }: Pick<JobModel, "name">): Promise<void> {
    const resident = this.residents.get(name);
    this.residents.delete(name);
    await resident?.model.unload();
    resident?.file?.close();
  }

  /** What was done since this was last asked, and what is here. */
  takeWork(): ResidentWork {
    const { work } = this;
    this.work = { ...NO_WORK };
    return { ...work, loaded: [...this.residents.keys()], bytes: this.usedBytes() };
  }

  private async load(
    config: ModelConfig,
    model: JobModel,
    signal: AbortSignal | undefined,
  ): Promise<Resident> {
    const file = WeightsFile.open(model.path, model.label, model.key);
    try {
      const source = file.source(config);
      await this.makeRoom(residentBytes(config));
      const room = this.budgetBytes - this.usedBytes();
      const loaded = await this.backend.load(config, source, room, signal);
      this.work.uploads += 1;
      if (model.key !== undefined) this.work.decryptions += 1;
      if (!loaded.streams) file.close();
      return { model: loaded, file: loaded.streams ? file : undefined };
    } catch (error) {
      file.close();
      throw error;
    }
  }

  private async makeRoom(bytes: number): Promise<void> {
    for (const name of this.residents.keys()) {
      const fits = this.budgetBytes - this.usedBytes() >= bytes;
      if (fits && this.residents.size < MODELS_MAX) return;
      await this.drop({ name });
      this.work.evictions += 1;
    }
  }

  private usedBytes(): number {
    let bytes = 0;
    for (const { model } of this.residents.values()) bytes += model.memoryBytes;
    return bytes;
  }
}
