import { Deferred } from './deferred.js';
import { sha256Hex } from './sha256.js';

const CHUNK_BYTES = 64 << 10;
/** How much of the file is read at a time. */
const READ_BYTES = 1 << 20;
/** Received chunks are handed to a blob, which the browser may keep on disk, whenever this much has come together. */
const SETTLE_BYTES = 8 << 20;
const MAX_NAME_CHARS = 180;
const DEFAULT_MAX_BYTES = 256 << 20;
const BUSY = 'another file is still coming in';

/**
 * @typedef {{id: string, name: string, size: number}} FileOffer `name` is text from a stranger, shortened and without path
 * @typedef {FileOffer & {blob: Blob, sha256: string, ms: number}} ReceivedFile its checksum was compared
 * @typedef {FileOffer & {bytes: number, direction: 'in' | 'out'}} FileProgress
 * @typedef {{id: string, accepted: Deferred<void>, receipt: Deferred<string>}} Sending
 * @typedef {{offer: FileOffer, parts: BlobPart[], unsettled: number, bytes: number, startedAt: number}} Receiving
 */

/**
 * Files over one ordered, reliable data channel, one at a time in each direction: offer, accept, chunks with back-pressure, SHA-256, receipt.
 *
 * Events: `progress` ({@link FileProgress}), `received` ({@link ReceivedFile}), `failed` ({name, why, direction}).
 * A file is accepted when it is not larger than `maxBytes` and `accept` does not answer with a reason against it.
 */
export class FileTransfer extends EventTarget {
  #link;
  #maxBytes;
  #accept;
  /** @type {Promise<unknown>} */
  #queue = Promise.resolve();
  /** @type {Sending | null} */
  #sending = null;
  /** @type {Receiving | null} */
  #receiving = null;

  /**
   * @param {import('./data-link.js').DataLink} link a channel that carries nothing else
   * @param {{maxBytes?: number, accept?: (offer: FileOffer) => string | null | Promise<string | null>}} [options]
   */
  constructor(link, options = {}) {
    super();
    this.#link = link;
    this.#maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    this.#accept = options.accept ?? (() => null);
    link.addEventListener('message', (event) => this.#onMessage(/** @type {CustomEvent} */ (event).detail));
    link.addEventListener('close', () => this.#onClose());
  }

  /**
   * Sends a file after those that were handed over before.
   *
   * @param {File} file
   * @returns {Promise<string>} its SHA-256, confirmed by the peer; rejected with a sentence when it was declined, broken or cut off
   */
  send(file) {
    const result = this.#queue.then(() => this.#sendNow(file));
    this.#queue = result.catch(() => {});
    return result;
  }

  // ---- sending ---------------------------------------------------------------------------------------------------------------------

  /** @param {File} file */
  async #sendNow(file) {
    const offer = { id: randomId(), name: file.name, size: file.size };
    /** @type {Sending} */
    const sending = { id: offer.id, accepted: new Deferred(), receipt: new Deferred() };
    this.#sending = sending;
    try {
      await this.#tell({ t: 'offer', ...offer });
      await sending.accepted.promise;
      const checksum = sha256Hex(file);
      checksum.catch(() => {});
      await this.#sendBytes(file, offer);
      const sha256 = await checksum;
      await this.#tell({ t: 'done', id: offer.id, sha256 });
      const confirmed = await sending.receipt.promise;
      if (confirmed !== sha256) throw new Error('The peer received something else: the checksums differ. Send the file again.');
      return sha256;
    } catch (error) {
      this.#emit('failed', { name: file.name, why: messageOf(error), direction: 'out' });
      throw error;
    } finally {
      this.#sending = null;
    }
  }

  /**
   * @param {File} file
   * @param {FileOffer} offer
   */
  async #sendBytes(file, offer) {
    for (let at = 0; at < file.size; at += READ_BYTES) {
      const piece = new Uint8Array(await file.slice(at, at + READ_BYTES).arrayBuffer());
      for (let from = 0; from < piece.length; from += CHUNK_BYTES) {
        if (this.#sending?.id !== offer.id) throw new Error('The transfer was stopped.');
        await this.#link.send(piece.subarray(from, from + CHUNK_BYTES));
      }
      this.#progress(offer, at + piece.length, 'out');
    }
  }

  // ---- receiving -------------------------------------------------------------------------------------------------------------------

  /** @param {string | ArrayBuffer} data */
  #onMessage(data) {
    if (typeof data !== 'string') {
      this.#onChunk(data);
      return;
    }
    const message = parse(data);
    if (message?.t === 'offer') void this.#onOffer(message);
    else if (message?.t === 'done') void this.#onDone(message);
    else if (this.#sending && message?.id === this.#sending.id) this.#onAnswer(message, this.#sending);
  }

  /**
   * @param {any} message
   * @param {Sending} sending
   */
  #onAnswer(message, sending) {
    if (message.t === 'accept') sending.accepted.resolve();
    else if (message.t === 'ok') sending.receipt.resolve(String(message.sha256));
    else if (message.t === 'refuse') {
      const error = new Error(`The peer did not take the file: ${String(message.why).slice(0, 200)}`);
      sending.accepted.reject(error);
      sending.receipt.reject(error);
      this.#sending = null;
    }
  }

  /** @param {any} message */
  async #onOffer(message) {
    const offer = { id: String(message.id).slice(0, 64), name: safeName(message.name), size: message.size };
    const why = (await this.#objection(offer)) ?? (this.#receiving ? BUSY : null);
    if (why) {
      await this.#refuse(offer, why);
      return;
    }
    this.#receiving = { offer, parts: [], unsettled: 0, bytes: 0, startedAt: Date.now() };
    this.#progress(offer, 0, 'in');
    await this.#tell({ t: 'accept', id: offer.id }).catch(() => {});
  }

  /**
   * @param {FileOffer} offer
   * @returns {Promise<string | null>}
   */
  async #objection(offer) {
    if (this.#receiving) return BUSY;
    if (!Number.isSafeInteger(offer.size) || offer.size < 0) return 'its size is not a number of bytes';
    if (offer.size > this.#maxBytes) return `it is larger than the ${Math.round(this.#maxBytes / (1 << 20))} MB that fit here`;
    return this.#accept(offer);
  }

  /** @param {ArrayBuffer} chunk */
  #onChunk(chunk) {
    const receiving = this.#receiving;
    if (!receiving) return;
    receiving.bytes += chunk.byteLength;
    receiving.unsettled += chunk.byteLength;
    if (receiving.bytes > receiving.offer.size) {
      void this.#refuse(receiving.offer, 'more bytes came than were announced');
      return;
    }
    receiving.parts.push(chunk);
    if (receiving.unsettled >= SETTLE_BYTES) {
      receiving.parts = [new Blob(receiving.parts)];
      receiving.unsettled = 0;
    }
    this.#progress(receiving.offer, receiving.bytes, 'in');
  }

  /** @param {any} message */
  async #onDone(message) {
    const receiving = this.#receiving;
    if (!receiving || message.id !== receiving.offer.id) return;
    this.#receiving = null;
    const { offer } = receiving;
    // Not the sender's type: a blob URL of text/html would run as a page of this origin.
    const blob = new Blob(receiving.parts, { type: 'application/octet-stream' });
    const sha256 = await sha256Hex(blob);
    if (blob.size !== offer.size || sha256 !== message.sha256) {
      await this.#refuse(offer, 'it arrived damaged: size or checksum differ');
      return;
    }
    this.#emit('received', { ...offer, blob, sha256, ms: Date.now() - receiving.startedAt });
    await this.#tell({ t: 'ok', id: offer.id, sha256 }).catch(() => {});
  }

  /**
   * @param {FileOffer} offer
   * @param {string} why
   */
  async #refuse(offer, why) {
    if (this.#receiving?.offer.id === offer.id) this.#receiving = null;
    this.#emit('failed', { name: offer.name, why, direction: 'in' });
    await this.#tell({ t: 'refuse', id: offer.id, why }).catch(() => {});
  }

  #onClose() {
    const error = new Error('The connection ended before the file was through.');
    this.#sending?.accepted.reject(error);
    this.#sending?.receipt.reject(error);
    if (!this.#receiving) return;
    this.#emit('failed', { name: this.#receiving.offer.name, why: error.message, direction: 'in' });
    this.#receiving = null;
  }

  // ---- telling ---------------------------------------------------------------------------------------------------------------------

  /** @param {Record<string, unknown>} message */
  #tell(message) {
    return this.#link.send(JSON.stringify(message));
  }

  /**
   * @param {FileOffer} offer
   * @param {number} bytes
   * @param {'in' | 'out'} direction
   */
  #progress(offer, bytes, direction) {
    this.#emit('progress', { ...offer, bytes, direction });
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {string} text */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Ids need to differ, not to be secret; `randomUUID` is missing on insecure origins. */
function randomId() {
  return [...crypto.getRandomValues(new Uint32Array(2))].map((word) => word.toString(36)).join('');
}

/**
 * A stranger's file name without path, control and direction characters.
 *
 * @param {unknown} name
 * @returns {string}
 */
export function safeName(name) {
  const last = String(name ?? '').split(/[\\/]/).pop() ?? '';
  return last.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(0, MAX_NAME_CHARS).trim() || 'file';
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
