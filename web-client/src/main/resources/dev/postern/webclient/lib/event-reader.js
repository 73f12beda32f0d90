/**
 * Reads server-sent events from the body of a response, as far as the signaling server uses them: an `id`, one line of `data`, and comments.
 * Not an `EventSource`: that hides the status of a refusal, reconnects on its own, and cannot tell that something holds its events back.
 */
export class EventReader {
  #decoder = new TextDecoder();
  #rest = '';

  /**
   * @param {Uint8Array} bytes
   * @returns {{id: number, data: string}[]} the events that are whole now
   */
  read(bytes) {
    const blocks = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    return blocks.flatMap(event);
  }
}

/** @param {string} block */
function event(block) {
  const lines = block.split('\n');
  const value = (/** @type {string} */ field) => lines.find((line) => line.startsWith(field))?.slice(field.length).trimStart();
  const data = value('data:');
  return data === undefined ? [] : [{ id: Number(value('id:')), data }];
}
