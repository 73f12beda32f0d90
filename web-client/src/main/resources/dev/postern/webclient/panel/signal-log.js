import { byId, el, setText } from '../shared/dom.js';
import { clock } from '../shared/format.js';

const MAX_LINES = 200;
const MAX_TEXT = 6_000;

/** What page and server told each other. The client has already taken the secrets out. */
export class SignalLog {
  #card = byId('log', HTMLElement);
  #list = byId('log-lines', HTMLElement);
  #sum = byId('log-sum', HTMLElement);
  #count = 0;
  /** @type {import('../lib/protocol.js').LogEvent[]} */
  entries = [];

  /** @param {import('../lib/protocol.js').LogEvent} entry */
  add(entry) {
    this.#count += 1;
    this.#card.hidden = false;
    this.entries.push(entry);
    this.#list.prepend(line(entry));
    if (this.entries.length > MAX_LINES) {
      this.entries.shift();
      this.#list.lastElementChild?.remove();
    }
    setText(this.#sum, `${this.#count} lines`);
  }
}

/** @param {import('../lib/protocol.js').LogEvent} entry */
function line({ direction, type, message, at }) {
  const arrow = { in: '↓', out: '↑', note: '·' }[direction];
  const spoken = { in: 'received', out: 'sent', note: 'note' }[direction];
  const head = [
    el('time', {}, clock(at)),
    el('span', { class: 'arrow', role: 'img', 'aria-label': spoken }, arrow),
    el('span', {}, el('strong', {}, type), ` ${summary(type, message)}`),
  ];
  if (direction === 'note') return el('li', { class: 'line-note', 'data-direction': direction }, ...head);
  const details = el('details', {}, el('summary', {}, ...head));
  // Written out only when somebody looks: a busy call has many messages and long descriptions.
  details.addEventListener('toggle', () => details.append(el('pre', { tabindex: 0 }, written(message))), { once: true });
  return el('li', { 'data-direction': direction, 'data-type': type }, details);
}

/**
 * @param {string} type
 * @param {any} message
 * @returns {string}
 */
function summary(type, message) {
  switch (type) {
    case 'sig':
      return `${message.d?.type ?? ''}, negotiation ${message.neg}`;
    case 'ice':
      return candidateWords(message.c?.length ?? 0, message.end === true, message.gen);
    case 'peer':
      return `${message.ev}${message.why ? ` (${message.why})` : ''}`;
    case 'err':
      return `${message.code} ${message.name}`;
    case 'ok':
      return `to request ${message.re}`;
    case 'welcome':
      return message.resumed ? 'back, session resumed' : 'new session';
    case 'hello':
      return message.resume ? 'asks to resume' : '';
    default:
      return message.reason ?? '';
  }
}

/**
 * @param {number} count
 * @param {boolean} end
 * @param {number} generation
 */
function candidateWords(count, end, generation) {
  const what = count === 0 ? 'no more candidates' : `${count} candidate${count === 1 ? '' : 's'}${end ? ', the last' : ''}`;
  return `${what}, generation ${generation}`;
}

/**
 * As indented JSON, with the lines of a session description as lines.
 *
 * @param {any} message
 */
function written(message) {
  return JSON.stringify(message, null, 2).slice(0, MAX_TEXT).replaceAll('\\r\\n', '\n    ');
}
