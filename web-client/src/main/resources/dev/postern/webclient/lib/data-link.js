/** Above this much unsent data, {@link DataLink.send} waits; it goes on below {@link LOW_WATER_BYTES}. */
const HIGH_WATER_BYTES = 1 << 20;
const LOW_WATER_BYTES = 1 << 18;

/**
 * A data channel with back-pressure: `send` resolves when there is room for more, so a loop that awaits it never fills the memory.
 *
 * Events: `open`, `close`, `message` (`detail` is a string or an ArrayBuffer).
 */
export class DataLink extends EventTarget {
  /** @param {RTCDataChannel} channel */
  constructor(channel) {
    super();
    this.channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = LOW_WATER_BYTES;
    channel.onopen = () => this.dispatchEvent(new CustomEvent('open'));
    channel.onclose = () => this.dispatchEvent(new CustomEvent('close'));
    channel.onmessage = (event) => this.dispatchEvent(new CustomEvent('message', { detail: event.data }));
  }

  get isOpen() {
    return this.channel.readyState === 'open';
  }

  /** @returns {Promise<void>} when the channel is open; rejected when it closes first */
  async opened() {
    if (this.isOpen) return;
    await this.#nextEvent('open');
  }

  /**
   * @param {string | ArrayBuffer | ArrayBufferView<ArrayBuffer>} data
   * @returns {Promise<void>} when more may be sent; rejected when the channel closes
   */
  async send(data) {
    if (!this.isOpen) throw closedError(this.channel.label);
    this.channel.send(/** @type {any} */ (data));
    if (this.channel.bufferedAmount > HIGH_WATER_BYTES) await this.#nextEvent('bufferedamountlow');
  }

  close() {
    this.channel.close();
  }

  /**
   * @param {string} name
   * @returns {Promise<void>}
   */
  #nextEvent(name) {
    const channel = this.channel;
    return new Promise((resolve, reject) => {
      if (channel.readyState === 'closed') reject(closedError(channel.label));
      const done = new AbortController();
      const once = { signal: done.signal };
      channel.addEventListener(name, () => (done.abort(), resolve()), once);
      channel.addEventListener('close', () => (done.abort(), reject(closedError(channel.label))), once);
    });
  }
}

/** @param {string} label */
function closedError(label) {
  return new Error(`The data channel '${label}' is closed.`);
}
