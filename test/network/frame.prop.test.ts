/**
 * The frame reader and writer under every way a socket may cut a stream: the frames that come out
 * are the frames that went in.
 *
 * @module
 */
import { expect, test } from "bun:test";

import fc from "fast-check";

import { concatBytes, toHex } from "../../src/base/bytes.ts";
import { FrameWriter } from "../../src/network/frame-writer.ts";
import { encodeFrame, FRAME_BYTES_MAX, FrameReader } from "../../src/network/frame.ts";

type Frame = { readonly kind: number; readonly payload: Uint8Array };

const frame: fc.Arbitrary<Frame> = fc.record({
  kind: fc.integer({ min: 0, max: 255 }),
  payload: fc.uint8Array({ maxLength: 300 }),
});
const frames = fc.array(frame, { maxLength: 12 });
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

test("frames survive any fragmentation, single bytes included", () => {
  fc.assert(
    fc.property(frames, sizes, (sent, pieces) => {
      const stream = concatBytes(...sent.map((one) => encodeFrame(one.kind, one.payload)));
      expect(readInPieces(stream, pieces).map(show)).toEqual(sent.map(show));
      expect(readInPieces(stream, [1]).map(show)).toEqual(sent.map(show));
    }),
  );
});

test("a stream that is cut off gives only the frames that are whole", () => {
  fc.assert(
    fc.property(frames, fc.nat(), (sent, at) => {
      const encoded = sent.map((one) => encodeFrame(one.kind, one.payload));
      const stream = concatBytes(...encoded);
      const cut = stream.subarray(0, at % (stream.length + 1));
      const whole: string[] = [];
      let end = 0;
      for (const [index, one] of sent.entries()) {
        end += encoded[index]?.length ?? 0;
        if (end <= cut.length) whole.push(show(one));
      }
      expect(readInPieces(cut, [7]).map(show)).toEqual(whole);
    }),
  );
});

test("random bytes never make the reader hold more than its limit", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      const reader = new FrameReader(64);
      const fault = reader.push(noise, (_, payload) => {
        expect(payload.length).toBeLessThan(64);
        return true;
      });
      if (fault !== undefined) expect(fault).toStartWith("frame of ");
      expect(reader.push(noise, () => true)).toBe(fault ?? reader.push(new Uint8Array(0), never));
    }),
  );
});

test("the writer sends every accepted frame once and in order, however little is taken", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat({ max: 9 }), { maxLength: 60 }), (sent, windows) => {
      const taken: Uint8Array[] = [];
      let next = 0;
      let closing = false;
      const writer = new FrameWriter(
        (bytes, offset) => {
          const room = closing ? bytes.length : (windows[next++] ?? 0);
          taken.push(bytes.slice(offset, offset + room));
          return Math.min(room, bytes.length - offset);
        },
        { framesMax: 8, bytesMax: 600 },
      );
      const accepted = sent
        .map((one) => encodeFrame(one.kind, one.payload))
        .filter((bytes, place) => writer.send(bytes, place % 3 === 0 ? "now" : "soon"));
      expect(writer.queuedFrames).toBeLessThanOrEqual(8);
      expect(writer.queuedBytes).toBeLessThanOrEqual(600);
      for (const _ of windows) writer.flush();
      closing = true;
      writer.flush();
      expect(toHex(concatBytes(...taken))).toBe(toHex(concatBytes(...accepted)));
      expect(writer.queuedBytes).toBe(0);
    }),
  );
});

test("a length of 0 and one above the limit are refused, the limit itself is not", () => {
  const reads = (length: number): string | undefined => {
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, length);
    return new FrameReader(FRAME_BYTES_MAX).push(header, () => true);
  };
  expect(reads(0)).toBe("frame of length 0");
  expect(reads(1)).toBeUndefined();
  expect(reads(FRAME_BYTES_MAX)).toBeUndefined();
  expect(reads(FRAME_BYTES_MAX + 1)).toStartWith(`frame of ${FRAME_BYTES_MAX + 1} bytes`);
  expect(reads(0xffff_ffff)).toStartWith("frame of 4294967295 bytes");
});

test("after a fault nothing more is delivered", () => {
  const reader = new FrameReader(16);
  expect(reader.push(new Uint8Array(4), () => true)).toBe("frame of length 0");
  expect(reader.push(encodeFrame(1, new Uint8Array(2)), never)).toBe("frame of length 0");
});

test("a handler that says stop gets nothing more of the chunk", () => {
  const reader = new FrameReader(16);
  const two = concatBytes(encodeFrame(1, new Uint8Array(1)), encodeFrame(2, new Uint8Array(1)));
  const kinds: number[] = [];
  reader.push(two, (kind) => kinds.push(kind) === 0);
  expect(kinds).toEqual([1]);
});

test("a full queue refuses by frames and by bytes, but an empty one takes any frame", () => {
  const stuck = { framesMax: 2, bytesMax: 20 };
  const byFrames = new FrameWriter(() => 0, stuck);
  const small = encodeFrame(1, new Uint8Array(1));
  expect([1, 2, 3].map(() => byFrames.send(small, "now"))).toEqual([true, true, false]);
  const byBytes = new FrameWriter(() => 0, stuck);
  expect(byBytes.send(encodeFrame(1, new Uint8Array(100)), "now")).toBe(true);
  expect(byBytes.send(small, "now")).toBe(false);
  expect(byBytes.queuedFrames).toBe(1);
});

test("a closed socket takes nothing and loses nothing of the count", () => {
  const writer = new FrameWriter(() => -1, { framesMax: 2, bytesMax: 20 });
  expect(writer.send(encodeFrame(1, new Uint8Array(1)), "now")).toBe(true);
  writer.flush();
  expect(writer.sentBytes).toBe(0);
  expect(writer.queuedBytes).toBe(6);
});

test("frames that may wait a little go in one write, at the end of the turn", async () => {
  const writes: Uint8Array[] = [];
  const limits = { framesMax: 64, bytesMax: 65_536 };
  const writer = new FrameWriter((bytes, offset) => {
    writes.push(bytes.slice(offset));
    return bytes.length - offset;
  }, limits);
  const small = Array.from({ length: 5 }, (_, index) => encodeFrame(index, new Uint8Array(9)));
  for (const one of small) expect(writer.send(one, "soon")).toBe(true);
  expect(writes).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(writes).toEqual([concatBytes(...small)]);
  expect(writer.queuedFrames).toBe(0);
});

test("a frame that leaves at once takes along what waits, and many small ones do not wait", () => {
  const writes: number[] = [];
  const take = (bytes: Uint8Array, offset: number): number =>
    writes.push(bytes.length) && bytes.length - offset;
  const writer = new FrameWriter(take, { framesMax: 64, bytesMax: 65_536 });
  const small = encodeFrame(1, new Uint8Array(5));
  writer.send(small, "soon");
  writer.send(small, "now");
  expect(writes.splice(0)).toEqual([20]);
  for (let count = 0; count < 4; count++)
    writer.send(encodeFrame(1, new Uint8Array(4_091)), "soon");
  expect(writes.splice(0)).toEqual([16_384]);
  // Large ones are not copied to go with others.
  writer.send(small, "soon");
  writer.send(encodeFrame(1, new Uint8Array(30_000)), "now");
  expect(writes).toEqual([10, 30_005]);
});

function readInPieces(stream: Uint8Array, pieces: readonly number[]): Frame[] {
  const read: Frame[] = [];
  const reader = new FrameReader(FRAME_BYTES_MAX);
  let offset = 0;
  for (let index = 0; offset < stream.length; index++) {
    const size = pieces[index % pieces.length] ?? 1;
    // A socket may reuse its buffer, so each piece is wiped once it has been pushed.
    const piece = stream.slice(offset, offset + size);
    expect(reader.push(piece, (kind, payload) => read.push({ kind, payload }) > 0)).toBeUndefined();
    piece.fill(0xee);
    offset += size;
  }
  return read;
}

function show(one: Frame): string {
  return `${one.kind}:${toHex(one.payload)}`;
}

function never(): boolean {
  throw new Error("a frame was delivered");
}
