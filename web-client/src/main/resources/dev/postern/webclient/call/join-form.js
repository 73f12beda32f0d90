import { byId, setText } from '../shared/dom.js';
import { cameraAllowed, cameraOffered } from './media.js';
import { rememberCall, rememberName } from './options.js';

/**
 * @typedef {import('./options.js').MediaKind} MediaKind
 */

const NO_CAMERA = 'Browsers hand out the camera on https only, and this page came over http: the other side will see a test picture.';

/** Name, picture, and the button that joins. A preview is shown where it needs no question to the person. */
export class JoinForm {
  #call;
  #form = byId('join-form', HTMLFormElement);
  #name = byId('name', HTMLInputElement);
  #note = byId('media-note', HTMLElement);
  #join = byId('join', HTMLButtonElement);

  /** @param {import('./call.js').Call} call */
  constructor(call) {
    this.#call = call;
    const { options } = call;
    this.#name.value = options.name;
    this.#choose(options.media ?? (cameraOffered() ? 'camera' : 'canvas'));
    this.#showNote('');
    if (!cameraOffered()) this.#radio('camera').disabled = true;
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.join();
    });
    byId('media-choice', HTMLElement).addEventListener('change', () => void this.#preview());
    call.addEventListener('change', () => this.#show());
    call.addEventListener('media', (event) => this.#showNote(/** @type {CustomEvent} */ (event).detail?.note ?? ''));
    if (options.autostart) void this.join();
    else void this.#preview();
  }

  async join() {
    const name = this.#name.value.trim();
    rememberName(name);
    rememberCall(this.#call.room);
    await this.#call.join(name, this.#chosen);
  }

  /** @returns {MediaKind} */
  get #chosen() {
    return /** @type {MediaKind} */ (new FormData(this.#form).get('media') ?? 'canvas');
  }

  async #preview() {
    const kind = this.#chosen;
    if (kind === 'camera' && !(await cameraAllowed())) {
      await this.#call.setMedia('none', '');
      return;
    }
    if (this.#call.phase === 'lobby' || this.#call.phase === 'left') await this.#call.setMedia(kind, this.#name.value.trim());
  }

  /** @param {MediaKind} kind */
  #radio(kind) {
    return /** @type {HTMLInputElement} */ (this.#form.querySelector(`input[name=media][value=${kind}]`));
  }

  /** @param {MediaKind} kind */
  #choose(kind) {
    this.#radio(kind === 'camera' && !cameraOffered() ? 'canvas' : kind).checked = true;
  }

  #show() {
    const { phase } = this.#call;
    const hide = phase !== 'lobby' && phase !== 'left';
    // Who joined by keyboard goes on at the picture, not at the top of the page.
    if (hide && this.#form.contains(document.activeElement)) byId('stage', HTMLElement).focus();
    this.#form.hidden = hide;
    setText(this.#join, phase === 'left' ? 'Join again' : 'Join the call');
  }

  /** @param {string} text why the picture is not what was asked for */
  #showNote(text) {
    const words = text || (cameraOffered() ? '' : NO_CAMERA);
    setText(this.#note, words);
    this.#note.hidden = !words;
  }
}
