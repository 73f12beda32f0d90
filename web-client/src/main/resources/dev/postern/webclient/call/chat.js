import { byId, el, setText } from '../shared/dom.js';

const MAX_LINES = 500;

/** Messages over the data channel. Text from the other side is text: it is never read as markup. */
export class Chat {
  #call;
  #log = byId('chat-log', HTMLElement);
  #empty = byId('chat-empty', HTMLElement);
  #text = byId('chat-text', HTMLInputElement);
  #send = byId('chat-send', HTMLButtonElement);
  #state = byId('chat-state', HTMLElement);

  /** @param {import('./call.js').Call} call */
  constructor(call) {
    this.#call = call;
    byId('chat-form', HTMLFormElement).addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#say();
    });
    call.addEventListener('chat', (event) => this.#add(/** @type {CustomEvent} */ (event).detail));
    call.addEventListener('change', () => this.#show());
    this.#show();
  }

  async #say() {
    const text = this.#text.value.trim();
    if (!text) return;
    try {
      await this.#call.say(text);
      this.#text.value = '';
    } catch {
      this.#show();
    }
  }

  /** @param {{text: string, mine: boolean}} message */
  #add({ text, mine }) {
    this.#empty.hidden = true;
    const who = mine ? 'You' : this.#call.peerName || 'Peer';
    this.#log.append(el('p', { 'data-mine': mine, 'data-testid': 'chat-message', dir: 'auto' }, el('span', { class: 'chat-who' }, el('bdi', {}, who)), text));
    if (this.#log.childElementCount > MAX_LINES) this.#log.firstElementChild?.remove();
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #show() {
    const open = this.#call.chatOpen;
    this.#text.disabled = this.#send.disabled = !open;
    this.#text.placeholder = open ? 'Say something' : 'Opens when you are connected';
    this.#state.dataset.level = open ? 'ok' : 'idle';
    setText(/** @type {Element} */ (this.#state.querySelector('span')), open ? 'open' : 'closed');
  }
}
