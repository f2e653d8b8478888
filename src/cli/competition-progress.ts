/**
 * Progress of a competition on this machine: a bar for scoring, and in its place one for weights
 * while they are fetched.
 *
 * @module
 */
import type { SupplyWatch } from "../scoring/supply.ts";
import type { Context } from "./command.ts";
import { startProgress } from "./progress.ts";

/** Watches a competition; `finish` removes what is shown. */
export type CompetitionWatch = Required<Pick<SupplyWatch, "onDownload" | "onProgress">> & {
  readonly finish: () => void;
};

const SCORING = "Scoring";
const FETCHING = "Fetching weights";

/** Shows the competition that is watched by what this returns. */
export function showCompetition(context: Pick<Context, "deps" | "output">): CompetitionWatch {
  let shown = { label: SCORING, progress: startProgress(context, SCORING, 1) };
  const show = (label: string, share: number): void => {
    if (shown.label !== label) {
      shown.progress.finish();
      shown = { label, progress: startProgress(context, label, 1) };
    }
    shown.progress.update(share);
  };
  let scored = 0;
  return {
    onProgress: ({ done, total }) => show(SCORING, (scored = done / total)),
    onDownload: (_, bytes, sizeBytes) => {
      show(FETCHING, bytes / sizeBytes);
      if (bytes >= sizeBytes) show(SCORING, scored);
    },
    finish: () => shown.progress.finish(),
  };
}
