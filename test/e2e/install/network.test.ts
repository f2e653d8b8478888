/**
 * What a network does to an installation: servers that are not there or break off, proxies, and
 * certificate authorities of one's own. Each failure has its exit code and one next step.
 *
 * @module
 */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { Person } from "./person.ts";
import { type Certificates, makeCertificates, type Proxy, startProxy } from "./proxy.ts";
import { makeReleases, type ReleaseFolder, serve } from "./releases.ts";
import { onlyTools } from "./tools.ts";

setDefaultTimeout(300_000);
/** A name that no resolver knows: only a proxy leads there. */
const NAME = "releases.invalid";
const needed = ["curl", "wget", "openssl"];
const canRun = process.platform === "linux" && needed.every((name) => Bun.which(name) !== null);

let releases: ReleaseFolder;
let person: Person;
let certificates: Certificates;
let secure: Bun.Server<undefined>;
let proxy: Proxy;
let secureProxy: Proxy;

beforeAll(async () => {
  if (!canRun) return;
  releases = makeReleases(["testnet-v0.1.0"]);
  person = new Person(releases);
  expect(await person.pipe()).toMatchObject({ code: 0 });
  const folder = join(person.home, "certificates");
  mkdirSync(folder);
  certificates = await makeCertificates(folder, NAME);
  const [cert, key] = [Bun.file(certificates.cert), Bun.file(certificates.key)];
  secure = serve(releases.folder, { cert, key });
  proxy = await startProxy(Number(new URL(releases.url).port));
  secureProxy = await startProxy(secure.port!);
});

afterAll(() => {
  proxy?.close();
  secureProxy?.close();
  void secure?.stop(true);
  person?.leave();
  releases?.close();
});

/** Downloads with the script and with `sup`, one after the other; their exit codes and errors. */
async function both(
  env: Readonly<Record<string, string>>,
  tool = "curl",
): Promise<{ readonly codes: readonly number[]; readonly err: string }> {
  const path = onlyTools(join(person.home, crypto.randomUUID()), [tool, "openssl"]);
  const bin = join(person.home, "b");
  const script = `sh ${releases.folder}/install.sh --bin-dir ${bin}`;
  const runs = [
    await person.run(script, { ...env, PATH: path }),
    await person.sup("list --remote", env),
    await person.run(`rm -rf ~/.cache/sup && ${person.bin}/sup install --verify-only`, env),
  ];
  return { codes: runs.map(({ code }) => code), err: runs.map(({ err }) => err).join("\n") };
}

const ALL_DONE = [0, 0, 0];
const ALL_FAILED = [5, 5, 5];

describe.skipIf(!canRun)("a server", () => {
  test("that is not there is told of, with the next step", async () => {
    const { codes, err } = await both({ SUP_INDEX_URL: "http://127.0.0.1:1" });
    expect(codes).toEqual(ALL_FAILED);
    expect(err.match(/HTTPS_PROXY/g)?.length).toBe(3);
  });

  test.each(["curl", "wget"])("that breaks off is told of: %s", async (tool) => {
    const broken = await startProxy(Number(new URL(releases.url).port), 1_000_000);
    const path = onlyTools(join(person.home, `breaks-${tool}`), [tool, "openssl"]);
    const env = { SUP_INDEX_URL: broken.url, PATH: path };
    expect(await person.run(`sh ${releases.folder}/install.sh`, env)).toMatchObject({ code: 5 });
    broken.close();
  });

  test("that breaks off twice is asked for the rest each time", async () => {
    const broken = await startProxy(Number(new URL(releases.url).port), 30_000_000);
    const again = `rm -rf ~/.cache/sup && ${person.bin}/sup install --verify-only`;
    expect(await person.run(again, { SUP_INDEX_URL: broken.url })).toMatchObject({ code: 0 });
    broken.close();
  });

  test("that lacks the version is told of, with every tool", async () => {
    for (const tool of ["curl", "wget"]) {
      const path = onlyTools(join(person.home, `lacks-${tool}`), [tool, "openssl"]);
      const script = `sh ${releases.folder}/install.sh --version 7.7.7`;
      expect(await person.run(script, { PATH: path })).toMatchObject({ code: 3 });
    }
  });
});

describe.skipIf(!canRun)("a proxy", () => {
  test.each(["curl", "wget"])("leads there: %s", async (tool) => {
    const before = proxy.seen.length;
    const env = { SUP_INDEX_URL: `http://${NAME}`, http_proxy: proxy.url };
    expect(await both(env, tool)).toMatchObject({ codes: ALL_DONE });
    expect(proxy.seen.slice(before).every((line) => line.includes(`http://${NAME}/`))).toBe(true);
    expect(proxy.seen.length).toBeGreaterThan(before + 2);
  });

  test("is passed by where NO_PROXY says so", async () => {
    const before = proxy.seen.length;
    const env = { http_proxy: proxy.url, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" };
    expect(await both(env)).toMatchObject({ codes: ALL_DONE });
    expect(proxy.seen.length).toBe(before);
  });

  test("that is not there is told of", async () => {
    const env = { SUP_INDEX_URL: `http://${NAME}`, http_proxy: "http://127.0.0.1:1" };
    expect(await both(env)).toMatchObject({ codes: ALL_FAILED });
  });

  test.each(["curl", "wget"])(
    "leads to a server with a certificate of one's own: %s",
    async (tool) => {
      const before = secureProxy.seen.length;
      const env = {
        SUP_INDEX_URL: `https://${NAME}`,
        HTTPS_PROXY: secureProxy.url,
        https_proxy: secureProxy.url,
        SSL_CERT_FILE: certificates.ca,
      };
      expect(await both(env, tool)).toMatchObject({ codes: ALL_DONE });
      const lines = new Set(secureProxy.seen.slice(before));
      expect([...lines].map((line) => line.split(" ", 2).join(" "))).toEqual([
        `CONNECT ${NAME}:443`,
      ]);
    },
  );
});

describe.skipIf(!canRun)("a certificate authority", () => {
  test.each(["curl", "wget"])("that is not known is not trusted: %s", async (tool) => {
    const { codes, err } = await both({ SUP_INDEX_URL: secure.url.origin }, tool);
    expect(codes).toEqual(ALL_FAILED);
    expect(err).toContain("SSL_CERT_FILE");
  });

  test.each(["curl", "wget"])("is known by SSL_CERT_FILE: %s", async (tool) => {
    const env = { SUP_INDEX_URL: secure.url.origin, SSL_CERT_FILE: certificates.ca };
    expect(await both(env, tool)).toMatchObject({ codes: ALL_DONE });
  });
});
