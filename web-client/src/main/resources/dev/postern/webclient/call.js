import { Call } from './call/call.js';
import { Chat } from './call/chat.js';
import { Controls } from './call/controls.js';
import { Files } from './call/files.js';
import { Invite, copyButton } from './call/invite.js';
import { JoinForm } from './call/join-form.js';
import { Moderation } from './call/moderation.js';
import { readOptions, rememberCall } from './call/options.js';
import { Stage } from './call/stage.js';
import { TokenForm } from './call/token-form.js';
import { CandidateTables } from './panel/candidates.js';
import { LivePanel } from './panel/live.js';
import { PathDiagram } from './panel/path.js';
import { report } from './panel/report.js';
import { SignalLog } from './panel/signal-log.js';
import { TimelineView } from './panel/timeline-view.js';
import { VerdictCard } from './panel/verdict.js';
import { byId, setText } from './shared/dom.js';
import { loadIcons, setIcon } from './shared/icons.js';
import { themeSwitch } from './shared/theme.js';

/** @type {Record<import('./lib/protocol.js').SignalState, [string, string]>} level and words of the pill in the bar */
const SIGNAL_WORDS = {
  idle: ['idle', 'not connected'],
  connecting: ['busy', 'connecting'],
  open: ['ok', 'signaling on'],
  waiting: ['warn', 'signaling lost'],
  closed: ['idle', 'not connected'],
};

const PHONE = '(max-width: 719px)';
/** Long parts that a person on a phone unfolds when they want them. */
const FOLDED_ON_PHONES = ['candidates', 'timeline'];

function main() {
  void loadIcons();
  themeSwitch();
  const call = new Call(readOptions());
  new Stage(call);
  new Controls(call);
  new Moderation(call);
  new Invite(call);
  new Chat(call);
  new Files(call);
  showPanel(call);
  showTrouble(call);
  byId('hang-up', HTMLButtonElement).addEventListener('click', () => {
    rememberCall(null);
    call.hangUp();
    byId('join', HTMLButtonElement).focus();
  });
  if (matchMedia(PHONE).matches) for (const id of FOLDED_ON_PHONES) byId(id, HTMLDetailsElement).open = false;
  const joinForm = new JoinForm(call);
  new TokenForm(call, () => joinForm.join());
  // Another room in the address bar of this tab is another call.
  addEventListener('hashchange', () => location.reload());
  exposeForTests(call);
}

/** @param {Call} call */
function showPanel(call) {
  const verdict = new VerdictCard();
  const path = new PathDiagram();
  const live = new LivePanel();
  const tables = new CandidateTables();
  const timeline = new TimelineView();
  const log = new SignalLog();
  const pill = byId('signal-state', HTMLElement);
  const show = () => {
    byId('talk', HTMLElement).hidden = byId('report-row', HTMLElement).hidden = call.phase === 'lobby';
    verdict.show(call.verdict);
    path.show(call.stats, call.peerName);
    live.show(call.history, call.stats);
    tables.show(call.stats);
    timeline.show(call.timeline);
    const state = call.client?.state ?? 'idle';
    const [level, words] = SIGNAL_WORDS[state];
    pill.dataset.level = level;
    pill.dataset.state = state;
    setIcon(pill, level);
    setText(/** @type {Element} */ (pill.querySelector('span')), words);
  };
  call.addEventListener('change', show);
  call.addEventListener('log', (event) => log.add(/** @type {CustomEvent} */ (event).detail));
  copyButton(byId('copy-report', HTMLButtonElement), () => report(call, log.entries));
  show();
}

/** @param {Call} call */
function showTrouble(call) {
  const notice = byId('notice', HTMLElement);
  call.addEventListener('trouble', (event) => {
    setText(byId('notice-text', HTMLElement), /** @type {CustomEvent} */ (event).detail);
    notice.hidden = false;
  });
  byId('notice-close', HTMLButtonElement).addEventListener('click', () => (notice.hidden = true));
}

/**
 * What tests and curious people look at in the console. Credentials are in `client.iceServers`, as for any script of this page; nothing here
 * prints them.
 *
 * @param {Call} call
 */
function exposeForTests(call) {
  const postern = {
    call,
    get client() {
      return call.client;
    },
    get link() {
      return call.link;
    },
    get stats() {
      return call.stats;
    },
    get verdict() {
      return call.verdict;
    },
  };
  Object.defineProperty(window, 'postern', { value: Object.freeze(postern) });
}

main();
