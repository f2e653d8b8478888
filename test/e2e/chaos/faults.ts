/**
 * Faults at random: nodes killed and held, links cut, a disk filled, all drawn from a seed, several
 * at a time, each undone after a while. What is done is told line by line.
 *
 * @module
 */
import type { Prng } from "../../../src/base/prng.ts";
import { nodesByConfig } from "../node-processes.ts";
import type { Cut, Links } from "./links.ts";
import type { SmallDisk } from "./small-disk.ts";

/** What faults are done to. */
export type Victims = {
  /** The process that supervises the nodes. */
  readonly parent: number;
  readonly links: Links;
  /** The disk of validator 0. */
  readonly disk: SmallDisk | undefined;
  readonly log: (line: string) => void;
};

type Life = { pid: number; bornMs: number; deaths: number };

const VALIDATORS = 4;
const NODES: readonly string[] = [
  ...Array.from({ length: VALIDATORS }, (_, number) => `validator_${number}.yaml`),
  "fullnode.yaml",
];
const PAUSE_MIN_MS = 1_000;
const PAUSE_MAX_MS = 4_000;
const FAULT_MIN_MS = 1_000;
const FAULT_MAX_MS = 8_000;
const POLL_MS = 100;
/** A supervisor gives up a node that dies more often than five times before it is a minute old. */
const DEATHS_MAX = 4;
const OLD_MS = 65_000;

/** Does faults to a network until it is told to stop. */
export class Faults {
  readonly counts: Map<string, number> = new Map();
  private readonly victims: Victims;
  private readonly prng: Prng;
  private readonly lives = new Map<number, Life>();
  private readonly held = new Set<number>();
  private readonly pending = new Set<Promise<void>>();
  private isFull = false;

  constructor(victims: Victims, prng: Prng) {
    this.victims = victims;
    this.prng = prng;
  }

  /** Begins faults for so long, and returns when all are undone. */
  async run(durationMs: number): Promise<void> {
    const end = performance.now() + durationMs;
    while (performance.now() < end) {
      const fault = this.next().finally(() => this.pending.delete(fault));
      this.pending.add(fault);
      await Bun.sleep(this.between(PAUSE_MIN_MS, PAUSE_MAX_MS));
    }
    await Promise.all(this.pending);
  }

  private next(): Promise<void> {
    const draw = this.prng.below(100);
    if (draw < 30) return this.kill([this.prng.below(NODES.length)]);
    if (draw < 35) return this.kill(NODES.map((_, number) => number));
    if (draw < 58) return this.hold(this.prng.below(NODES.length));
    if (draw < 80) return this.cutOne();
    if (draw < 92) return this.isolate(this.prng.below(VALIDATORS));
    return this.fill();
  }

  private async kill(numbers: readonly number[]): Promise<void> {
    const now = performance.now();
    const pids = pidsOf(this.victims.parent);
    const lives = numbers.map((number) => this.lifeOf(number, pids[number] ?? 0, now));
    const isSpared = lives.some((life) => life.pid === 0 || this.deathsOf(life, now) > DEATHS_MAX);
    if (isSpared) return this.hold(numbers[0]!);
    this.tell("kill", numbers.map(nameOf).join(", "));
    for (const life of lives) {
      life.deaths = this.deathsOf(life, now);
      signal(life.pid, "SIGKILL");
    }
  }

  private async hold(number: number): Promise<void> {
    const pid = pidsOf(this.victims.parent)[number] ?? 0;
    if (pid === 0 || this.held.has(number)) return;
    const forMs = this.between(FAULT_MIN_MS, FAULT_MAX_MS);
    this.tell("stop", `${nameOf(number)} for ${forMs} ms`);
    this.held.add(number);
    signal(pid, "SIGSTOP");
    await Bun.sleep(forMs);
    signal(pid, "SIGCONT");
    this.held.delete(number);
  }

  private cutOne(): Promise<void> {
    const left = this.prng.below(VALIDATORS);
    const right = (left + 1 + this.prng.below(VALIDATORS)) % NODES.length;
    return this.cut(left, [right]);
  }

  private isolate(number: number): Promise<void> {
    return this.cut(
      number,
      NODES.map((_, other) => other).filter((other) => other !== number),
    );
  }

  private async cut(number: number, others: readonly number[]): Promise<void> {
    const how: Cut = this.prng.pick(["severed", "silent"]);
    const forMs = this.between(FAULT_MIN_MS, FAULT_MAX_MS);
    const { links } = this.victims;
    this.tell(how, `${nameOf(number)} from ${others.map(nameOf).join(", ")} for ${forMs} ms`);
    for (const other of others) links.cut(number, other, how);
    await Bun.sleep(forMs);
    for (const other of others) links.mend(number, other);
  }

  // A node that cannot write dies; what is started after it shall find room again.
  private async fill(): Promise<void> {
    const { disk } = this.victims;
    const pid = pidsOf(this.victims.parent)[0] ?? 0;
    const life = this.lifeOf(0, pid, performance.now());
    const isSpared = pid === 0 || this.deathsOf(life, performance.now()) > DEATHS_MAX;
    if (disk === undefined || this.isFull || isSpared) return this.cutOne();
    this.isFull = true;
    disk.fill();
    const end = performance.now() + FAULT_MAX_MS;
    while (pidsOf(this.victims.parent)[0] === pid && performance.now() < end)
      await Bun.sleep(POLL_MS);
    const hasDied = pidsOf(this.victims.parent)[0] !== pid;
    disk.free();
    this.isFull = false;
    if (hasDied) life.deaths = this.deathsOf(life, performance.now());
    this.tell("full", `the disk of ${nameOf(0)}, ${hasDied ? "until it ended" : "which went on"}`);
  }

  private lifeOf(number: number, pid: number, nowMs: number): Life {
    const known = this.lives.get(number);
    const life = known ?? { pid, bornMs: nowMs, deaths: 0 };
    if (life.pid !== pid) Object.assign(life, { pid, bornMs: nowMs });
    this.lives.set(number, life);
    return life;
  }

  private deathsOf({ deaths, bornMs }: Life, nowMs: number): number {
    return nowMs - bornMs > OLD_MS ? 1 : deaths + 1;
  }

  private between(min: number, max: number): number {
    return min + this.prng.below(max - min);
  }

  private tell(kind: string, what: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    this.victims.log(`${kind.padEnd(8)}${what}`);
  }
}

/** The processes of the nodes by number, the fullnode last; 0 for one that is not there. */
export function pidsOf(parent: number): readonly number[] {
  const found = nodesByConfig(parent);
  return NODES.map((name) => found.get(name) ?? 0);
}

function nameOf(number: number): string {
  return number < VALIDATORS ? `validator ${number}` : "fullnode";
}

// It may have ended by itself meanwhile.
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
