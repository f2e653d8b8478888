/**
 * The name somebody probably meant: the one at the smallest edit distance, if that is small.
 * Distance counts insertions, deletions, replacements and swaps of neighbours (Damerau 1964).
 *
 * @module
 */
const NAME_CHARACTERS_MAX = 40;

/** The closest of `names` to `typed`, or one that it begins; none if all are far away. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  if (typed.length < 2 || typed.length > NAME_CHARACTERS_MAX) return undefined;
  let best: string | undefined;
  // A third of the word may be wrong.
  let bestDistance = Math.max(1, Math.floor(typed.length / 3)) + 1;
  for (const name of names) {
    const distance = editDistance(typed.toLowerCase(), name.toLowerCase());
    if (distance >= bestDistance) continue;
    best = name;
    bestDistance = distance;
  }
  return best ?? names.find((name) => name.startsWith(typed));
}

function editDistance(left: string, right: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1];
      const replaced = last[column - 1]! + (same ? 0 : 1);
      let best = Math.min(last[column]! + 1, current[column - 1]! + 1, replaced);
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (row > 1 && column > 1 && swapped) best = Math.min(best, beforeLast[column - 2]! + 1);
      current.push(best);
    }
    beforeLast = last;
    last = current;
  }
  return last[right.length]!;
}
