/** Blobs up to this size are hashed by the browser in one go, which needs them in memory whole; larger ones in slices, by the code below. */
const ONE_GO_BYTES = 64 << 20;
const SLICE_BYTES = 1 << 20;
const BLOCK_BYTES = 64;

/** FIPS 180-4, 4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const K = roots(64, 1 / 3);
/** FIPS 180-4, 5.3.3: the same of the square roots of the first 8 primes. */
const INITIAL = roots(8, 1 / 2);

/**
 * SHA-256 of a blob as lower-case hex. Uses `crypto.subtle`, which browsers give to secure contexts only, or the code in this file.
 *
 * @param {Blob} blob
 * @param {SubtleCrypto | undefined} [subtle]
 * @returns {Promise<string>}
 */
export async function sha256Hex(blob, subtle = globalThis.crypto?.subtle) {
  if (subtle && blob.size <= ONE_GO_BYTES) return hex(new Uint8Array(await subtle.digest('SHA-256', await blob.arrayBuffer())));
  const hash = new Sha256();
  for (let at = 0; at < blob.size; at += SLICE_BYTES) hash.update(new Uint8Array(await blob.slice(at, at + SLICE_BYTES).arrayBuffer()));
  return hash.hex();
}

/** SHA-256 (FIPS 180-4) piece by piece, in plain JavaScript. For checksums where `crypto.subtle` is missing; not for secrets. */
export class Sha256 {
  #state = Int32Array.from(INITIAL);
  #block = new Uint8Array(BLOCK_BYTES);
  #words = new Int32Array(64);
  #filled = 0;
  #totalBytes = 0;

  /** @param {Uint8Array} bytes */
  update(bytes) {
    this.#totalBytes += bytes.length;
    let at = 0;
    while (at < bytes.length) {
      const take = Math.min(BLOCK_BYTES - this.#filled, bytes.length - at);
      this.#block.set(bytes.subarray(at, at + take), this.#filled);
      this.#filled += take;
      at += take;
      if (this.#filled === BLOCK_BYTES) this.#compress();
    }
    return this;
  }

  /** @returns {string} the digest; the hash is used up */
  hex() {
    const bits = this.#totalBytes * 8;
    const padding = new Uint8Array(((this.#filled < 56 ? 56 : 120) - this.#filled) + 8);
    padding[0] = 0x80;
    const view = new DataView(padding.buffer);
    view.setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(padding.length - 4, bits >>> 0);
    this.update(padding);
    return [...this.#state].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** FIPS 180-4, 6.2.2. */
  #compress() {
    const w = this.#words;
    const view = new DataView(this.#block.buffer);
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(i * 4);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15];
      const b = w[i - 2];
      const s0 = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
      const s1 = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = this.#state;
    for (let i = 0; i < 64; i++) {
      const t1 = (h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const t2 = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (this.#state[i] += word));
    this.#filled = 0;
  }
}

/**
 * @param {number} word
 * @param {number} bits
 */
function rotate(word, bits) {
  return (word >>> bits) | (word << (32 - bits));
}

/**
 * @param {number} count
 * @param {number} power
 * @returns {Int32Array}
 */
function roots(count, power) {
  /** @type {number[]} */
  const primes = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return Int32Array.from(primes, (prime) => ((prime ** power % 1) * 2 ** 32) | 0);
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
