import { byId, setText } from '../shared/dom.js';
import { setIcon } from '../shared/icons.js';

/** The row of buttons under the picture. What a button cannot do at the moment, it says in its title. */
export class Controls {
  #call;
  #row = byId('controls', HTMLElement);
  #mute = byId('mute', HTMLButtonElement);
  #picture = byId('picture', HTMLButtonElement);
  #relay = byId('relay', HTMLButtonElement);
  #restart = byId('restart', HTMLButtonElement);
  #drop = byId('drop', HTMLButtonElement);

  /** @param {import('./call.js').Call} call */
  constructor(call) {
    this.#call = call;
    this.#mute.addEventListener('click', () => this.#toggle('audio'));
    this.#picture.addEventListener('click', () => this.#toggle('video'));
    this.#relay.addEventListener('click', () => call.setRelayOnly(!call.relayOnly));
    this.#restart.addEventListener('click', () => call.restartIce());
    this.#drop.addEventListener('click', () => call.dropSocket());
    call.addEventListener('change', () => this.#show());
    call.addEventListener('media', () => this.#show());
    this.#show();
  }

  /** @param {'audio' | 'video'} kind */
  #toggle(kind) {
    const track = this.#call.track(kind);
    if (track) this.#call.setEnabled(kind, !track.enabled);
  }

  #show() {
    const call = this.#call;
    this.#row.hidden = call.phase === 'lobby' || call.phase === 'left';
    this.#showTrack(this.#mute, 'audio', ['mic', 'mic-off'], 'Mute', 'Your microphone is not part of this call');
    this.#showTrack(this.#picture, 'video', ['camera', 'camera-off'], 'Picture off', 'You send no picture');
    this.#relay.setAttribute('aria-pressed', String(call.relayOnly));
    this.#restart.disabled = !call.link;
    this.#drop.disabled = call.client?.state !== 'open';
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {'audio' | 'video'} kind
   * @param {[string, string]} icons
   * @param {string} word
   * @param {string} missing
   */
  #showTrack(button, kind, icons, word, missing) {
    const track = this.#call.track(kind);
    const off = track ? !track.enabled : false;
    button.disabled = !track;
    button.title = track ? '' : missing;
    button.setAttribute('aria-pressed', String(off));
    setIcon(button, icons[off || !track ? 1 : 0]);
    setText(/** @type {Element} */ (button.querySelector('span')), word);
  }
}
