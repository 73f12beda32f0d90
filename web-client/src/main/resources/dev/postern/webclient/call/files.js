import { byId, el, setText } from '../shared/dom.js';
import { bitRate, bytes } from '../shared/format.js';

const MAX_ROWS = 50;

/** Files over the data channel: drop or choose, progress, checksum, save. */
export class Files {
  #list = byId('file-list', HTMLElement);
  #input = byId('file-input', HTMLInputElement);
  #drop = byId('file-drop', HTMLElement);
  /** @type {import('../lib/postern.js').FileTransfer | null} */
  #transfer = null;

  /** @param {import('./call.js').Call} call */
  constructor(call) {
    call.addEventListener('files', (event) => this.#use(/** @type {CustomEvent} */ (event).detail));
    call.addEventListener('change', () => {
      this.#input.disabled = !call.chatOpen;
      this.#drop.setAttribute('aria-disabled', String(!call.chatOpen));
    });
    this.#input.addEventListener('change', () => {
      for (const file of this.#input.files ?? []) this.#send(file);
      this.#input.value = '';
    });
    this.#watchDrops();
  }

  #watchDrops() {
    const over = (/** @type {boolean} */ isOver) => this.#drop.toggleAttribute('data-over', isOver && !this.#input.disabled);
    this.#drop.addEventListener('dragover', (event) => (event.preventDefault(), over(true)));
    this.#drop.addEventListener('dragleave', () => over(false));
    this.#drop.addEventListener('drop', (event) => {
      event.preventDefault();
      over(false);
      if (!this.#input.disabled) for (const file of event.dataTransfer?.files ?? []) this.#send(file);
    });
  }

  /** @param {import('../lib/postern.js').FileTransfer} transfer */
  #use(transfer) {
    this.#transfer = transfer;
    /** @type {FileRow | null} */
    let incoming = null;
    transfer.addEventListener('progress', (event) => {
      const progress = /** @type {CustomEvent<import('../lib/file-transfer.js').FileProgress>} */ (event).detail;
      if (progress.direction === 'out') return;
      incoming ??= this.#row(progress.name, progress.size, 'in');
      incoming.progress(progress.bytes);
    });
    transfer.addEventListener('received', (event) => {
      incoming?.received(/** @type {CustomEvent} */ (event).detail);
      incoming = null;
    });
    transfer.addEventListener('failed', (event) => {
      const { name, why, direction } = /** @type {CustomEvent} */ (event).detail;
      if (direction === 'out') return;
      (incoming ?? this.#row(name, 0, 'in')).failed(why);
      incoming = null;
    });
  }

  /** @param {File} file */
  async #send(file) {
    const transfer = this.#transfer;
    if (!transfer) return;
    const row = this.#row(file.name, file.size, 'out');
    const watch = (/** @type {Event} */ event) => {
      const progress = /** @type {CustomEvent<import('../lib/file-transfer.js').FileProgress>} */ (event).detail;
      if (progress.direction === 'out' && progress.name === file.name) row.progress(progress.bytes);
    };
    transfer.addEventListener('progress', watch);
    try {
      row.sent(await transfer.send(file));
    } catch (error) {
      row.failed(error instanceof Error ? error.message : String(error));
    } finally {
      transfer.removeEventListener('progress', watch);
    }
  }

  /**
   * @param {string} name
   * @param {number} size
   * @param {'in' | 'out'} direction
   */
  #row(name, size, direction) {
    const row = new FileRow(name, size, direction);
    this.#list.prepend(row.element);
    if (this.#list.childElementCount > MAX_ROWS) this.#list.lastElementChild?.remove();
    return row;
  }
}

/** One file on its way. */
class FileRow {
  #name;
  #size;
  #startedAt = 0;
  #verb;
  #state = el('span', { class: 'file-state', 'data-testid': 'file-state' });
  #progress;

  /**
   * @param {string} name
   * @param {number} size
   * @param {'in' | 'out'} direction
   */
  constructor(name, size, direction) {
    this.#name = name;
    this.#size = size;
    this.#verb = direction === 'out' ? 'Sending' : 'Receiving';
    this.#progress = el('progress', { max: Math.max(1, size), value: 0, 'aria-label': `${this.#verb} ${name}` });
    const label = el('span', { class: 'file-name' }, el('span', { 'aria-hidden': 'true' }, direction === 'out' ? '↑ ' : '↓ '), el('bdi', {}, name));
    this.element = el('li', { class: 'file', 'data-testid': 'file-row', 'data-direction': direction, 'data-state': 'waiting' }, label, this.#state, this.#progress);
    setText(this.#state, direction === 'out' ? 'waits' : 'announced');
  }

  /** @param {number} count */
  progress(count) {
    this.#startedAt ||= performance.now();
    this.element.dataset.state = 'running';
    this.#progress.value = count;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const speed = seconds > 0.2 ? `, ${bitRate((count * 8) / seconds)}` : '';
    setText(this.#state, `${bytes(count)} of ${bytes(this.#size)}${speed}`);
  }

  /** @param {string} sha256 */
  sent(sha256) {
    this.#finish('done', `${bytes(this.#size)} sent, checksum confirmed`, sha256);
  }

  /** @param {import('../lib/file-transfer.js').ReceivedFile} file */
  received(file) {
    this.#finish('done', `${bytes(file.size)} received, checksum matches`, file.sha256);
    const save = el('a', { class: 'button', href: URL.createObjectURL(file.blob), download: file.name, 'data-testid': 'file-save' }, 'Save');
    this.element.append(save);
  }

  /** @param {string} why */
  failed(why) {
    this.#finish('failed', `Not transferred: ${why}`, '');
  }

  /**
   * @param {'done' | 'failed'} state
   * @param {string} text
   * @param {string} sha256
   */
  #finish(state, text, sha256) {
    this.element.dataset.state = state;
    this.#progress.remove();
    setText(this.#state, text);
    this.element.title = this.#name;
    if (sha256) this.element.append(el('span', { class: 'file-sum', 'data-testid': 'file-sha256', title: 'SHA-256 of the file' }, sha256));
  }
}
