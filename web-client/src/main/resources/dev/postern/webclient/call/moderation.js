import { byId, setText } from '../shared/dom.js';
import { setIcon } from '../shared/icons.js';

/** Our role and the lock of the room, for everyone to see; the buttons of a moderator. */
export class Moderation {
  #call;
  #row = byId('access', HTMLElement);
  #role = byId('role', HTMLElement);
  #locked = byId('locked', HTMLElement);
  #lock = byId('lock', HTMLButtonElement);
  #kick = byId('kick', HTMLButtonElement);
  #who = byId('invite-who', HTMLElement);

  /** @param {import('./call.js').Call} call */
  constructor(call) {
    this.#call = call;
    this.#lock.addEventListener('click', () => this.#ask(call.access.lock(!call.access.isLocked)));
    this.#kick.addEventListener('click', () => this.#ask(call.access.kick()));
    call.addEventListener('change', () => this.#show());
    this.#show();
  }

  /** @param {Promise<void>} asked */
  #ask(asked) {
    asked.catch((error) => this.#call.trouble(error.message));
  }

  #show() {
    const { access, link, client } = this.#call;
    this.#row.hidden = !access.isModerator && !access.isLocked;
    this.#role.hidden = this.#lock.hidden = this.#kick.hidden = !access.isModerator;
    this.#locked.hidden = !access.isLocked;
    this.#lock.disabled = client?.state !== 'open';
    this.#kick.disabled = client?.state !== 'open' || !link;
    this.#lock.setAttribute('aria-pressed', String(access.isLocked));
    setIcon(this.#lock, access.isLocked ? 'lock' : 'unlock');
    setText(this.#who, access.token ? 'Whoever has this link and a token of his own can join; yours is not in it.' : 'Whoever has this link can join.');
  }
}
