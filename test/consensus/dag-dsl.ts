/**
 * A small language for DAGs, so that a test of the commit rule is a picture. One line a round:
 *
 *     1: *             every authority, naming everything of the round before
 *     2: *-A           every authority, but nobody names A's block (A names its own)
 *     3: A B C-BD D=ABD    authorities one by one; `-` leaves out, `=` lists all
 *     4: A A'=ABC      A signs twice; a primed name is the second block of its author
 *     5: *=ABC+D@2     weak links to older blocks
 *
 * Authorities are letters: A is 0. A block always names the newest unprimed block of its own author
 * below it first.
 *
 * @module
 */
import { assert, present } from "../../src/base/assert.ts";
import type { BlockRef, SignedBlock } from "../../src/types/block.ts";
import type { Committee } from "../../src/types/committee.ts";
import { genesisOf, testBlock } from "./fixtures.ts";

/** A DAG by name: `A3` is A's block of round 3, `A'3` its second. */
export type TextDag = {
  /** In an order in which each block comes after its ancestors; without genesis. */
  readonly blocks: readonly SignedBlock[];
  readonly byName: ReadonlyMap<string, SignedBlock>;
};

const TOKEN = /^(\*|[A-Z]'?)(?:([-=])([A-Z']*))?((?:\+[A-Z]'?@\d+)*)$/;

type Parsed = {
  readonly name: string;
  readonly mode: "-" | "=";
  readonly named: readonly string[];
  readonly weak: readonly string[];
};

/** The DAG that `text` draws. */
export function parseDag(committee: Committee, text: string): TextDag {
  const byName = new Map<string, SignedBlock>();
  for (const [author, block] of genesisOf(committee).entries()) {
    byName.set(`${letterOf(author)}0`, block);
  }
  const blocks: SignedBlock[] = [];
  for (const line of text.trim().split("\n")) {
    const [round, content] = present(
      /^\s*(\d+):(.*)$/.exec(line) ?? undefined,
      `round in "${line}"`,
    ).slice(1);
    for (const parsed of parseLine(committee, present(content, "content"))) {
      const block = buildBlock(committee, Number(round), { parsed, byName });
      byName.set(`${parsed.name}${round}`, block);
      blocks.push(block);
    }
  }
  return { blocks, byName };
}

/** The block called `name`. */
export function blockOf(dag: TextDag, name: string): SignedBlock {
  return present(dag.byName.get(name), `block ${name}`);
}

/** The name of the block behind `ref`. */
export function nameOf(dag: TextDag, ref: BlockRef): string {
  for (const [name, block] of dag.byName) if (block.ref.digest === ref.digest) return name;
  assert(false, "the block is in the drawing");
}

/** The letter of an authority. */
export function letterOf(author: number): string {
  return String.fromCharCode(65 + author);
}

function parseLine(committee: Committee, content: string): Parsed[] {
  return content
    .trim()
    .split(/\s+/)
    .flatMap((token) => {
      const match = present(TOKEN.exec(token) ?? undefined, `meaning of "${token}"`);
      const [, who = "", mode = "-", named = "", weak = ""] = match;
      const rest = {
        mode: mode === "=" ? "=" : "-",
        named: named.match(/[A-Z]'?/g) ?? [],
        weak: weak.split("+").slice(1),
      } as const;
      const names = who === "*" ? committee.members.map((_, author) => letterOf(author)) : [who];
      return names.map((name) => ({ name, ...rest }));
    });
}

function buildBlock(
  committee: Committee,
  round: number,
  { parsed, byName }: { parsed: Parsed; byName: ReadonlyMap<string, SignedBlock> },
): SignedBlock {
  const letter = parsed.name[0]!;
  const author = letter.charCodeAt(0) - 65;
  const names = [ownBefore(letter, round, byName)];
  for (const other of parentsIn(committee, round - 1, { parsed, byName })) {
    if (other[0] !== letter) names.push(`${other}${round - 1}`);
  }
  names.push(...parsed.weak.map((weak) => weak.replace("@", "")));
  const ancestors = names.map((name) => present(byName.get(name), `block ${name}`).ref);
  // The second block of an author differs from the first in its time.
  const late = parsed.name.length - 1;
  const timestamp_ms = testBlock(committee, { round, author }).block.timestamp_ms + BigInt(late);
  return testBlock(committee, { round, author, ancestors, timestamp_ms });
}

function ownBefore(
  letter: string,
  round: number,
  byName: ReadonlyMap<string, SignedBlock>,
): string {
  for (let before = round - 1; before >= 0; before--) {
    if (byName.has(`${letter}${before}`)) return `${letter}${before}`;
  }
  assert(false, "every authority has a genesis block");
}

function parentsIn(
  committee: Committee,
  round: number,
  { parsed, byName }: { parsed: Parsed; byName: ReadonlyMap<string, SignedBlock> },
): readonly string[] {
  if (parsed.mode === "=") return parsed.named;
  return committee.members
    .map((_, author) => letterOf(author))
    .filter((letter) => byName.has(`${letter}${round}`) && !parsed.named.includes(letter));
}
