/**
 * Progress of a service's requests: one bar at a time, for what was begun first and is not done,
 * be it a download or a competition.
 *
 * @module
 */
import type { RequestWatch } from "../scoring/desk.ts";
import type { Context } from "./command.ts";
import { type Progress, startProgress } from "./progress.ts";

/** Something that is under way. */
type Item = { readonly label: string; readonly total: number; done: number };

/** Shows the requests that are watched by what this returns. */
export function showRequests(context: Pick<Context, "deps" | "output">): () => RequestWatch {
  const stage = new Stage(context);
  let requests = 0;
  return () => {
    const name = `request ${++requests}`;
    const items = new Map<string, Item>();
    const update = (what: string, done: number, total: number): void => {
      const item = items.get(what) ?? stage.begin({ label: `${name}, ${what}`, total, done });
      items.set(what, item);
      item.done = done;
      stage.update(item);
    };
    return {
      onDownload: update,
      onProgress: ({ done, total }) => update("scoring", done, total),
      finish: () => {
        for (const item of items.values()) stage.end(item);
      },
    };
  };
}

class Stage {
  private readonly context: Pick<Context, "deps" | "output">;
  private readonly items = new Set<Item>();
  private shown: { readonly item: Item; readonly progress: Progress } | undefined;

  constructor(context: Pick<Context, "deps" | "output">) {
    this.context = context;
  }

  begin(item: Item): Item {
    this.items.add(item);
    return item;
  }

  update(item: Item): void {
    if (item.done >= item.total) return this.end(item);
    this.show();
    if (this.shown?.item === item) this.shown.progress.update(item.done);
  }

  end(item: Item): void {
    this.items.delete(item);
    if (this.shown?.item === item) {
      this.shown.progress.finish();
      this.shown = undefined;
    }
    this.show();
  }

  private show(): void {
    const [item] = this.items;
    if (item === undefined || this.shown !== undefined) return;
    const progress = startProgress(this.context, item.label, item.total);
    this.shown = { item, progress };
    progress.update(item.done);
  }
}
