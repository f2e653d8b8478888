/**
 * Bytes as hex and base64, for runtimes whose `Uint8Array` does not have them yet. Part of the
 * packages only: Bun has them.
 *
 * @module
 */
const HEX = /^(?:[0-9a-f]{2})*$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const methods: Pick<Uint8Array, "toHex" | "toBase64"> & ThisType<Uint8Array> = {
  toHex() {
    return Array.from(this, (byte) => byte.toString(16).padStart(2, "0")).join("");
  },
  toBase64() {
    return btoa(Array.from(this, (byte) => String.fromCharCode(byte)).join(""));
  },
};

const functions: Pick<Uint8ArrayConstructor, "fromHex" | "fromBase64"> = {
  fromHex: (text) => {
    if (!HEX.test(text)) throw new SyntaxError("not pairs of hex digits");
    return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  },
  fromBase64: (text) => {
    if (!BASE64.test(text)) throw new SyntaxError("not base64 with its padding");
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  },
};

/** Adds what is missing, hidden from enumeration as the real ones are. */
function complete(object: object, parts: object): void {
  for (const [name, value] of Object.entries(parts)) {
    if (name in object) continue;
    Object.defineProperty(object, name, { value, writable: true, configurable: true });
  }
}

complete(Uint8Array.prototype, methods);
complete(Uint8Array, functions);
