import { byId, setText } from '../shared/dom.js';

/** @type {Record<import('./call.js').Phase, [string, string]>} */
const WORDS = {
  lobby: ['Ready when you are', 'Join the call, then send the link below to the person that you want to talk to.'],
  joining: ['Joining…', 'Reaching the signaling server.'],
  alone: ['Nobody else is here yet', 'Send the room link; the call begins when the other side opens it.'],
  connecting: ['Finding a path…', 'Both browsers try their addresses in pairs until one answers.'],
  live: ['Connected', 'The other side sends no picture.'],
  left: ['You left the call', 'The room stays open for whoever is still in it.'],
};

const NOT_LET_IN = ['Not in the call', 'The server asks who you are; give it a token below.'];

/** The pictures: theirs, ours in the corner, and words where there is none. */
export class Stage {
  #stage = byId('stage', HTMLElement);
  #remote = byId('remote-video', HTMLVideoElement);
  #local = byId('local-video', HTMLVideoElement);
  #self = byId('self', HTMLElement);
  #caption = byId('self-caption', HTMLElement);
  #empty = byId('stage-empty', HTMLElement);
  #title = byId('stage-title', HTMLElement);
  #sub = byId('stage-sub', HTMLElement);
  #name = byId('remote-name', HTMLElement);
  #muted = byId('remote-muted', HTMLElement);
  #sound = byId('play-sound', HTMLButtonElement);

  /** @param {import('./call.js').Call} call */
  constructor(call) {
    call.addEventListener('track', (event) => this.#showRemote(/** @type {CustomEvent} */ (event).detail.stream));
    call.addEventListener('media', (event) => {
      this.#showLocal(/** @type {CustomEvent} */ (event).detail);
      this.#show(call);
    });
    call.addEventListener('change', () => this.#show(call));
    this.#sound.addEventListener('click', () => this.#play());
    this.#remote.addEventListener('resize', () => {
      if (this.#remote.videoWidth > 0) call.timeline.mark('first-frame');
      this.#show(call);
    });
    this.#showLocal(null);
    this.#show(call);
  }

  /** @param {import('./media.js').Media | null} media */
  #showLocal(media) {
    const stream = media?.stream ?? null;
    if (this.#local.srcObject !== stream) this.#local.srcObject = stream;
    this.#self.toggleAttribute('data-empty', !stream);
    this.#self.toggleAttribute('data-mirror', media?.kind === 'camera');
  }

  /** @param {MediaStream | null} stream */
  #showRemote(stream) {
    if (this.#remote.srcObject === stream) return;
    this.#remote.srcObject = stream;
    this.#sound.hidden = true;
    if (stream) this.#play();
  }

  /** Browsers hold back sound until the person has touched the page; then a button asks for that touch. */
  #play() {
    const started = this.#remote.play();
    started.then(
      () => (this.#sound.hidden = true),
      (error) => (this.#sound.hidden = error.name !== 'NotAllowedError'),
    );
  }

  /** @param {import('./call.js').Call} call */
  #show(call) {
    const [title, sub] = call.access.wanted === 'to-join' ? NOT_LET_IN : WORDS[call.phase];
    this.#stage.dataset.phase = call.phase;
    setText(this.#title, title);
    setText(this.#sub, sub);
    const hasPicture = this.#remote.srcObject !== null && this.#remote.videoWidth > 0;
    this.#empty.toggleAttribute('data-without-picture', call.phase === 'live' && !hasPicture);
    this.#empty.hidden = call.phase === 'lobby' && !this.#self.hasAttribute('data-empty');
    this.#name.hidden = call.phase !== 'live' || (!call.peerName && !call.peerMuted);
    setText(/** @type {Element} */ (this.#name.firstElementChild), call.peerName || 'Peer');
    this.#muted.hidden = !call.peerMuted;
    setText(this.#caption, call.track('video')?.enabled === false ? 'You · picture off' : 'You');
  }
}
