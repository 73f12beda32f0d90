import { byId, setText } from '../shared/dom.js';
import { setIcon } from '../shared/icons.js';

/** One sentence on how the call is doing, why, and what to do. It is a live region: text is replaced only when it changes. */
export class VerdictCard {
  #card = byId('verdict', HTMLElement);
  #title = byId('verdict-title', HTMLElement);
  #detail = byId('verdict-detail', HTMLElement);
  #next = byId('verdict-next', HTMLElement);

  /** @param {import('../lib/diagnose.js').Verdict} verdict */
  show(verdict) {
    this.#card.dataset.level = verdict.level;
    this.#card.dataset.code = verdict.code;
    setIcon(this.#card, verdict.level);
    setText(this.#title, verdict.title);
    setText(this.#detail, verdict.detail);
    setText(this.#next, verdict.next);
    this.#next.hidden = verdict.next === '';
  }
}
