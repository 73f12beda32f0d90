import { byId, setText } from '../shared/dom.js';
import { newRoom, roomLink } from './options.js';

const COPIED_MS = 2_000;
/** Loaded when it is needed. Named by a constant, so that the type checker does not read minified code of others. */
const LEAN_QR = '../vendor/lean-qr/index.mjs';
const INK = [14, 23, 21, 255];
const PAPER = [255, 255, 255, 255];

/** The room link with a copy button and a QR code; on an address that only this computer has, the way to a second device instead. */
export class Invite {
  #card = byId('invite', HTMLDetailsElement);
  #link = byId('room-link', HTMLInputElement);
  /** @type {import('./call.js').Phase | null} */
  #phase = null;

  /** @param {import('./call.js').Call} call */
  constructor(call) {
    const link = roomLink(call.room);
    this.#link.value = link;
    this.#link.addEventListener('focus', () => this.#link.select());
    setText(byId('room-code', HTMLElement), call.room);
    copyButton(byId('copy-link', HTMLButtonElement), () => link);
    byId('new-room', HTMLAnchorElement).href = roomLink(newRoom());
    if (isLoopback(location.hostname)) showLoopback();
    else void showQr(link);
    call.addEventListener('change', () => this.#show(call.phase));
  }

  /**
   * Open while somebody is to be invited, closed while the call is on; in between it stays as the person left it.
   *
   * @param {import('./call.js').Phase} phase
   */
  #show(phase) {
    if (phase === this.#phase) return;
    this.#phase = phase;
    if (phase === 'live') this.#card.open = false;
    if (phase === 'alone' || phase === 'lobby') this.#card.open = true;
  }
}

/**
 * A button that copies a text and says so.
 *
 * @param {HTMLButtonElement} button
 * @param {() => string} text
 */
export function copyButton(button, text) {
  const label = /** @type {Element} */ (button.querySelector('span'));
  const word = label.textContent ?? 'Copy';
  button.addEventListener('click', async () => {
    setText(label, (await copy(text())) ? 'Copied' : 'Select it and copy');
    setTimeout(() => setText(label, word), COPIED_MS);
  });
}

/**
 * @param {string} text
 * @returns {Promise<boolean>}
 */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text);
  }
}

/**
 * Pages over plain http have no clipboard API.
 *
 * @param {string} text
 */
function copyTheOldWay(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  const copied = document.execCommand('copy');
  area.remove();
  return copied;
}

/** @param {string} host */
export function isLoopback(host) {
  return host === 'localhost' || host.endsWith('.localhost') || /^127\./.test(host) || host === '[::1]';
}

function showLoopback() {
  const port = location.port || (location.protocol === 'https:' ? '443' : '80');
  setText(byId('loopback-option', HTMLElement), `--set signaling.listen=0.0.0.0:${port}`);
  byId('loopback', HTMLElement).hidden = false;
}

/** @param {string} link */
async function showQr(link) {
  const { generate } = await import(LEAN_QR);
  generate(link).toCanvas(byId('qr-canvas', HTMLCanvasElement), { on: INK, off: PAPER, pad: 0 });
  byId('qr', HTMLElement).hidden = false;
}
