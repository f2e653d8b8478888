/**
 * A child process as something to ask: frames go in through its standard input and come out of its
 * standard output. Whatever happens to the child (a driver that aborts or hangs, a kill, nonsense
 * instead of a frame) becomes an error of the question at hand and of all later ones.
 *
 * @module
 */
import { SomaError } from "../../base/errors.ts";
import { decodeFrame, encodeFrame, type Frame } from "./frame.ts";
import { CHILD_WORD } from "./messages.ts";

/** How a child is started. */
export type ChildOptions = {
  /** The words that start the program, if it is not this one. */
  readonly program?: readonly string[];
  /** Instead of the environment of this process. It chooses drivers. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** How long it may say nothing while something is asked of it, once it has opened. */
  readonly silenceMs?: number | undefined;
};

type Child = Bun.Subprocess<"pipe", "pipe", "pipe">;

/** What drivers write is kept to explain a crash. */
const COMPLAINT_CHARS_MAX = 2_000;
/** A step of the largest model takes less on any GPU, and so does opening one. */
const SILENCE_MS = 300_000;
/** A process that its driver holds in the kernel does not end even when it is killed. */
const KILL_MS = 5_000;

/** A running child. */
export class Channel<Q extends object, A> {
  private readonly child: Child;
  private readonly chunks: AsyncIterator<Uint8Array>;
  private buffered: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** The beginning of what the child wrote to standard error. */
  private complaint = "";
  private readonly drained: Promise<void>;
  private silenceMs = SILENCE_MS;
  private hang: SomaError | undefined;

  constructor(backend: string, options: ChildOptions = {}) {
    const { program = thisProgram(), env = process.env } = options;
    this.child = Bun.spawn([...program, CHILD_WORD, backend], {
      env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.chunks = this.child.stdout[Symbol.asyncIterator]();
    this.drained = this.drain();
    // The pipes of a worker stay open when it ends, and so would its child.
    process.on("exit", this.kill);
  }

  /** The process number of the child. */
  get pid(): number {
    return this.child.pid;
  }

  /** Sends a frame. */
  async send(frame: Frame<Q>): Promise<void> {
    try {
      await this.during(() => this.write(frame));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw this.hang ?? (await this.crash());
    }
  }

  /** The next frame that the child sends. */
  async receive(): Promise<Frame<A>> {
    const frame = decodeFrame<A>();
    let step = frame.next();
    while (step.done !== true) step = frame.next(await this.take(step.value));
    return step.value;
  }

  /** How long the child may say nothing from now on. */
  allowSilence(silenceMs: number = SILENCE_MS): void {
    this.silenceMs = silenceMs;
  }

  /** Ends the child. */
  async close(): Promise<void> {
    process.off("exit", this.kill);
    this.kill();
    await Promise.race([this.child.exited, Bun.sleep(KILL_MS)]);
  }

  private readonly kill = (): void => this.child.kill("SIGKILL");

  private async write(frame: Frame<Q>): Promise<void> {
    for (const piece of encodeFrame(frame)) await this.child.stdin.write(piece);
    await this.child.stdin.flush();
  }

  /** Awaits one step of the child, which is ended if it takes too long. */
  private async during<T>(step: () => Promise<T>): Promise<T> {
    if (this.hang !== undefined) throw this.hang;
    if (this.silenceMs === Infinity) return step();
    const { promise: silence, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      this.kill();
      reject((this.hang = hung(this.silenceMs)));
    }, this.silenceMs);
    try {
      return await Promise.race([step(), silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async take(size: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.buffered.length < size) {
      const chunk = await this.during(() => this.chunks.next());
      if (chunk.done === true) throw await this.crash();
      this.buffered = joined(this.buffered, chunk.value);
    }
    const taken = this.buffered.slice(0, size);
    this.buffered = this.buffered.subarray(size);
    return taken;
  }

  private async crash(): Promise<SomaError> {
    await this.child.exited;
    await this.drained;
    const { signalCode, exitCode } = this.child;
    const how = signalCode === null ? `with exit code ${exitCode}` : `by ${signalCode}`;
    const [first = ""] = this.complaint.trim().split("\n");
    const why = first === "" ? "" : `, saying: ${first}`;
    return new SomaError("backend_crashed", `the process of the kernels ended ${how}${why}`, {
      hint: "the driver may be broken; choose another --device",
    });
  }

  private async drain(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.child.stderr) {
      this.complaint = (this.complaint + decoder.decode(chunk)).slice(0, COMPLAINT_CHARS_MAX);
    }
  }
}

function hung(silenceMs: number): SomaError {
  const says = `the process of the kernels did nothing for ${silenceMs / 1_000} seconds`;
  return new SomaError("backend_hung", `${says} and was ended`, {
    hint: "the driver may hang; choose another --device",
  });
}

// From source the program is the runtime, which needs to be told what to run.
function thisProgram(): string[] {
  const main = new URL("../../main.ts", import.meta.url);
  return [process.execPath, ...(Bun.isStandaloneExecutable ? [] : [Bun.fileURLToPath(main)])];
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(left.length + right.length);
  all.set(left);
  all.set(right, left.length);
  return all;
}
