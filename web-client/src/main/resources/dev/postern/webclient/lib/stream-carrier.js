import { EventReader } from './event-reader.js';
import { httpUrl } from './protocol.js';
import { refusalError, unreachable } from './refusal.js';
import { SignalError } from './signal-error.js';

/** How long one poll may wait at the server. */
const POLL_WAIT_MS = 25_000;
/** The server begins every event stream with a comment: one that does not come means that something between holds events back. */
const FIRST_EVENT_MS = 4_000;
/** A GET that is answered with nothing sooner than this is not asked again at once. */
const SOON_MS = 1_000;
const RETRIES = 4;
const RETRY_MS = 300;
/** What one POST holds: the server takes 64 messages and 64 kB, and a character may be three bytes. */
const BATCH_MESSAGES = 32;
const BATCH_CHARS = 20_000;
const LOST = 1006;
const TOO_LARGE = 1009;

/** The stream is not there any more, or what follows is not: only a resume helps. */
class Gone extends Error {}

/**
 * One HTTP stream: messages go out by POST, one request at a time and in order, and come by an event stream or by long polls. A request that
 * fails is made again: the server gives again what was not confirmed, and answers a request that it knows from its cache.
 */
export class StreamCarrier {
  #url;
  #address = '';
  #fetch;
  #owner;
  #mayPoll;
  #after = 0;
  /** @type {string[]} */
  #out = [];
  #isPosting = false;
  #ended = false;
  #abort = new AbortController();

  /**
   * @param {string} socketUrl where the WebSocket would be
   * @param {import('./carriers.js').CarrierName} name `sse` or `long-poll`
   * @param {boolean} mayPoll whether `sse` may become `long-poll` when events do not come through
   * @param {typeof fetch} fetchFn
   * @param {import('./carriers.js').CarrierOwner} owner
   */
  constructor(socketUrl, name, mayPoll, fetchFn, owner) {
    this.name = name;
    this.#url = httpUrl(socketUrl, 'stream');
    this.#mayPoll = mayPoll;
    this.#fetch = fetchFn;
    this.#owner = owner;
    globalThis.addEventListener?.('pagehide', this.#onPageHide);
    queueMicrotask(() => this.#ended || owner.onOpen());
  }

  /** @param {string} text */
  send(text) {
    this.#out.push(text);
    if (!this.#isPosting) void this.#flush();
  }

  /** @param {number} code */
  close(code) {
    if (this.#ended) return;
    this.#end();
    if (code === 1000) this.#leave();
  }

  #end() {
    this.#ended = true;
    this.#abort.abort();
    globalThis.removeEventListener?.('pagehide', this.#onPageHide);
  }

  /** A request that outlives the page. */
  #leave() {
    if (this.#address) this.#fetch(this.#address, { method: 'DELETE', keepalive: true, credentials: 'omit' }).catch(() => {});
  }

  /** A page that goes away closes its WebSocket by itself, but not its stream. */
  #onPageHide = (/** @type {PageTransitionEvent} */ event) => {
    if (!event.persisted) this.close(1000);
  };

  /**
   * @param {number} code
   * @param {SignalError} [refusal]
   */
  #fail(code, refusal) {
    if (this.#ended) return;
    this.#end();
    this.#owner.onClose(code, refusal);
  }

  // ---- out -------------------------------------------------------------------------------------------------------------------------

  async #flush() {
    this.#isPosting = true;
    try {
      while (this.#out.length > 0 && !this.#ended) await (this.#address ? this.#post() : this.#open());
    } catch (error) {
      this.#fail(LOST, error instanceof SignalError ? error : undefined);
    } finally {
      this.#isPosting = false;
    }
  }

  /** The first message is the hello, and its answer the welcome. */
  async #open() {
    const response = await this.#send(this.#url, this.#out[0] ?? '').catch(() => null);
    const server = new URL(this.#url).host;
    if (!response) throw unreachable(server);
    if (response.status !== 201) throw refusalError(server, await response.json().catch(() => ({ reason: 'no_stream' })));
    const answer = await response.json();
    this.#address = `${this.#url}/${answer.stream}`;
    this.#out.shift();
    await this.#take(answer.messages);
    void this.#read();
  }

  async #post() {
    const batch = this.#batch();
    const body = batch.length === 1 ? String(batch[0]) : `[${batch.join(',')}]`;
    for (let attempt = 0; !this.#ended; attempt++) {
      const status = (await this.#send(this.#address, body).catch(() => null))?.status ?? 0;
      if (status === 204) {
        this.#out.splice(0, batch.length);
        return;
      }
      if (status === 413) return this.#fail(TOO_LARGE);
      const passes = status === 0 || status === 408 || status === 409 || status === 429 || status >= 500;
      if (!passes || attempt === RETRIES) throw new Gone();
      await this.#pause(RETRY_MS * 2 ** attempt);
    }
  }

  #batch() {
    const batch = [];
    let chars = 0;
    for (const text of this.#out.slice(0, BATCH_MESSAGES)) {
      chars += text.length;
      if (batch.length > 0 && chars > BATCH_CHARS) break;
      batch.push(text);
    }
    return batch;
  }

  /**
   * @param {string} url
   * @param {string} body
   */
  #send(url, body) {
    const headers = { 'Content-Type': 'application/json' };
    return this.#fetch(url, { method: 'POST', headers, body, cache: 'no-store', credentials: 'omit', signal: this.#abort.signal });
  }

  // ---- in --------------------------------------------------------------------------------------------------------------------------

  async #read() {
    for (let failures = 0; !this.#ended; ) {
      const began = Date.now();
      const before = this.#after;
      try {
        await (this.name === 'sse' ? this.#readEvents() : this.#poll());
        const isIdle = this.#after === before && Date.now() - began < SOON_MS;
        failures = isIdle ? failures + 1 : 0;
      } catch (error) {
        failures = error instanceof Gone ? RETRIES + 1 : failures + 1;
      }
      if (failures > RETRIES) return this.#fail(LOST);
      if (failures > 0) await this.#pause(RETRY_MS * 2 ** failures);
    }
  }

  async #readEvents() {
    const abort = new AbortController();
    const stop = () => abort.abort();
    this.#abort.signal.addEventListener('abort', stop);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop();
    }, FIRST_EVENT_MS);
    try {
      const response = await this.#get(`?after=${this.#after}`, 'text/event-stream', abort.signal);
      const body = response.body?.getReader();
      const events = new EventReader();
      for (let chunk = await body?.read(); chunk && !chunk.done; chunk = await body?.read()) {
        clearTimeout(timer);
        await this.#take(events.read(chunk.value).map(({ id, data }) => ({ i: id, m: JSON.parse(data) })));
      }
    } catch (error) {
      if (!isLate || !this.#mayPoll) throw error;
      this.name = 'long-poll';
      this.#owner.onNote('events are held back by something between, so polling instead');
    } finally {
      clearTimeout(timer);
      this.#abort.signal.removeEventListener('abort', stop);
    }
  }

  async #poll() {
    const response = await this.#get(`?after=${this.#after}&wait=${POLL_WAIT_MS}`, 'application/json', this.#abort.signal);
    await this.#take(await response.json());
  }

  /**
   * @param {string} query
   * @param {string} accept
   * @param {AbortSignal} signal
   */
  async #get(query, accept, signal) {
    const response = await this.#fetch(this.#address + query, { headers: { Accept: accept }, cache: 'no-store', credentials: 'omit', signal });
    if (response.status === 404 || response.status === 410) throw new Gone();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    return response;
  }

  /**
   * Messages that came together are taken one after another, each in a task of its own, as a WebSocket brings them: what waits for the first
   * must have had its turn before the second shows.
   *
   * @param {{i: number, m: any}[]} items
   */
  async #take(items) {
    for (const { i, m } of items) {
      if (this.#ended || i <= this.#after) continue;
      this.#after = i;
      this.#owner.onMessage(m);
      if (m?.t === 'bye') this.#fail(Number(m.code) || LOST);
      await nextTask();
    }
  }

  /** @param {number} ms */
  #pause(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#abort.signal.addEventListener('abort', () => (clearTimeout(timer), resolve(undefined)), { once: true });
    });
  }
}

/** Unlike a timer, this is not slowed in a page that nobody looks at. */
function nextTask() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve(undefined);
    };
    port2.postMessage(null);
  });
}
