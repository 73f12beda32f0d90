/** The data channels of a call: both sides open them under these ids, so neither waits for the other's announcement. */
export const CHANNEL_IDS = { chat: 1, files: 2 };
const MAX_CHARS = 2_000;

/**
 * What two call pages tell each other over a data channel: chat, and whether the microphone is off.
 *
 * Events: `open`, `close` (the other side ended it), `chat` (the text), `muted` (true or false).
 */
export class ChatChannel extends EventTarget {
  #link;

  /** @param {import('../lib/postern.js').DataLink} link */
  constructor(link) {
    super();
    this.#link = link;
    for (const type of ['open', 'close']) link.addEventListener(type, () => this.dispatchEvent(new CustomEvent(type)));
    link.addEventListener('message', (event) => this.#onMessage(/** @type {CustomEvent} */ (event).detail));
  }

  get isOpen() {
    return this.#link.isOpen;
  }

  /**
   * @param {string} text
   * @returns {Promise<string>} what was sent: the beginning of a text that is too long
   */
  async say(text) {
    const short = text.slice(0, MAX_CHARS);
    await this.#link.send(JSON.stringify({ t: 'chat', text: short }));
    return short;
  }

  /** @param {boolean} muted */
  tellMuted(muted) {
    if (this.isOpen) this.#link.send(JSON.stringify({ t: 'muted', audio: muted })).catch(() => {});
  }

  /** @param {unknown} data */
  #onMessage(data) {
    let message;
    try {
      message = JSON.parse(String(data));
    } catch {
      return;
    }
    if (message?.t === 'chat' && typeof message.text === 'string') this.#emit('chat', message.text.slice(0, MAX_CHARS));
    if (message?.t === 'muted') this.#emit('muted', message.audio === true);
  }

  /**
   * @param {string} type
   * @param {unknown} detail
   */
  #emit(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
