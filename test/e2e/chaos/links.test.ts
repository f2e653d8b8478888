/**
 * Links that are cut: this process stands for two nodes at once, both of whose callers are found by
 * their sockets.
 *
 * @module
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";

import { freePortBase } from "../shell.ts";
import { Links } from "./links.ts";

const canRun = existsSync("/proc/net/tcp");
const base = freePortBase();
const links = new Links(() => [process.pid]);
const echo = createServer((socket) => socket.pipe(socket).on("error", () => socket.destroy()));

/** Numbers of the nodes that are called; the caller is 0. */
const CUT = 1;
const WHOLE = 2;

beforeAll(async () => {
  echo.listen(base, "127.0.0.1");
  await once(echo, "listening");
  await links.open(CUT, base + CUT, base);
  await links.open(WHOLE, base + WHOLE, base);
});
afterAll(() => {
  links.close();
  echo.close();
});

async function call(to: number): Promise<Socket> {
  const socket = connect(base + to, "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

async function ask(socket: Socket, words: string): Promise<string> {
  socket.write(words);
  const [answer] = (await once(socket, "data")) as [Buffer];
  return answer.toString();
}

test.skipIf(!canRun)("a severed link ends its connections and refuses new ones", async () => {
  const [cut, whole] = [await call(CUT), await call(WHOLE)];
  expect(await ask(cut, "one")).toBe("one");
  const closed = once(cut, "close");
  links.cut(CUT, 0, "severed");
  await closed;
  const refused = connect(base + CUT, "127.0.0.1");
  await once(refused, "close");
  expect(await ask(whole, "two")).toBe("two");
  links.mend(0, CUT);
  const again = await call(CUT);
  expect(await ask(again, "three")).toBe("three");
  for (const socket of [again, whole]) socket.destroy();
});

test.skipIf(!canRun)("a silent link carries nothing until it is mended", async () => {
  const [cut, whole] = [await call(CUT), await call(WHOLE)];
  expect(await ask(cut, "one")).toBe("one");
  links.cut(0, CUT, "silent");
  const heard: string[] = [];
  cut.on("data", (data: Buffer) => heard.push(data.toString()));
  cut.write("two");
  // Other links go round many times meanwhile.
  for (let count = 0; count < 50; count++) await ask(whole, "x");
  expect(heard).toEqual([]);
  links.mend(0, CUT);
  while (heard.length === 0) await ask(whole, "x");
  expect(heard.join("")).toBe("two");
  for (const socket of [cut, whole]) socket.destroy();
});
