import { byId, setText } from '../shared/dom.js';

/** @type {Record<'to-join' | 'to-stay', [string, string, string]>} title, what to do, and the word on the button */
const WORDS = {
  'to-join': ['This server wants a token', 'Paste the one that you were given. It is kept in this tab only, until you close or reload it.', 'Join with it'],
  'to-stay': ['Your token ends soon', 'Paste a newer one of yours to stay in the call. It is kept in this tab only.', 'Stay'],
};
const FIRST_TRY = 'The server did not let you in.';

/** Asks for a token where the server wants one. */
export class TokenForm {
  #call;
  #form = byId('token-form', HTMLFormElement);
  #field = byId('token', HTMLInputElement);
  #fault = byId('token-fault', HTMLElement);
  /** @type {import('./access.js').Access['wanted']} */
  #shown = 'no';

  /**
   * @param {import('./call.js').Call} call
   * @param {() => Promise<void>} join what the person did before
   */
  constructor(call, join) {
    this.#call = call;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#use(join);
    });
    call.addEventListener('change', () => this.#show());
  }

  /** @param {() => Promise<void>} join */
  async #use(join) {
    const token = this.#field.value.trim();
    const { access } = this.#call;
    const mustJoin = access.wanted === 'to-join';
    if (!token) return;
    this.#field.value = '';
    try {
      await access.show(token);
      if (mustJoin) await join();
    } catch (error) {
      this.#tell(error instanceof Error ? error.message : String(error));
    }
  }

  #show() {
    const { wanted, token } = this.#call.access;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#form.hidden = wanted === 'no';
    if (wanted === 'no') return;
    const [title, what, word] = WORDS[wanted];
    setText(byId('token-title', HTMLElement), title);
    setText(byId('token-what', HTMLElement), what);
    setText(byId('token-use', HTMLButtonElement), word);
    this.#tell(wanted === 'to-join' && token ? FIRST_TRY : '');
    // In a call the person may be writing something else just now.
    if (wanted === 'to-join') this.#field.focus();
  }

  /** @param {string} text */
  #tell(text) {
    setText(this.#fault, text);
    this.#fault.hidden = !text;
    this.#field.setAttribute('aria-invalid', String(Boolean(text)));
  }
}
