import { withoutNat } from './stats.js';

/**
 * @typedef {object} Facts what is known about a call
 * @property {import('./protocol.js').SignalState} signal
 * @property {import('./signal-error.js').SignalError | null} [signalError]
 * @property {'none' | 'here' | 'lost'} peer
 * @property {boolean} [isFull] the room has its two people already, and we are neither
 * @property {string} [peerName]
 * @property {RTCPeerConnectionState | 'none'} connection
 * @property {RTCIceGatheringState | 'none'} gathering
 * @property {number} [connectingMs] since when a path is looked for
 * @property {boolean} relayOnly
 * @property {import('./peer-link.js').CandidateError[]} candidateErrors
 * @property {import('./stats.js').Snapshot | null} stats
 * @property {number} iceServers how many the signaling server named
 *
 * @typedef {object} Verdict
 * @property {'ok' | 'busy' | 'warn' | 'bad' | 'idle'} level
 * @property {string} code stable name
 * @property {string} title one sentence
 * @property {string} detail why, or what it rests on
 * @property {string} next what a person can do; empty when nothing is to be done
 */

const PASSWORD_NEXT = 'Check that signaling and TURN use the same shared secret or user and password, and that the clocks of both machines agree.';

/** @type {Record<number, [string, string]>} Error codes with which a TURN server refuses an allocation (RFC 8489, 14.8; RFC 8656, 19) and what helps. */
const REFUSALS = {
  401: ['refused the password', PASSWORD_NEXT],
  441: ['refused the password', PASSWORD_NEXT],
  403: ['does not relay for this address or user', "Look at the server's rules for peers and users."],
  486: ['has no allocation left for this user', 'End other calls of this user, or raise the quota of the server.'],
  508: ['has no relay port left', 'Wait until other calls end, or give the server more relay ports.'],
};
/** Browsers' own code for a server that gave no answer (W3C WebRTC, 4.8.3). */
const UNREACHABLE = 701;
/** A path that takes longer than this to be found is worth a word. */
const SLOW_MS = 15_000;

/**
 * One sentence on how the call is doing, and the next step where there is one.
 *
 * @param {Facts} facts
 * @returns {Verdict}
 */
export function diagnose(facts) {
  if (facts.connection === 'connected') return connected(facts);
  return signalingTrouble(facts) ?? authTrouble(facts) ?? relayTrouble(facts) ?? failed(facts) ?? underway(facts);
}

/**
 * The sentence for a TURN server that refuses us, or null.
 *
 * @param {import('./peer-link.js').CandidateError[]} errors
 * @returns {{title: string, detail: string, next: string} | null}
 */
export function turnRefusal(errors) {
  const error = errors.find((one) => one.url.startsWith('turn') && REFUSALS[one.code]);
  if (!error) return null;
  const [what, next] = REFUSALS[error.code];
  return {
    title: `The TURN server at ${hostOf(error.url)} ${what}.`,
    detail: `It answered ${error.code}${error.text ? ` (${error.text})` : ''} to the credentials that the signaling server handed out.`,
    next,
  };
}

/** @param {Facts} facts */
function connected(facts) {
  const stats = facts.stats;
  const pair = stats?.pair;
  const who = facts.peerName || 'the other side';
  if (!pair) return verdict('ok', 'connected', `You are connected to ${who}.`, 'The path is being read.');
  const mute = facts.signal !== 'open' ? ' The signaling server is out of reach; the call goes on without it.' : '';
  if (stats.path === 'relay') return verdict('ok', 'relayed', `You are connected to ${who} through a TURN relay.`, relayReason(facts, pair) + mute);
  const udp = pair.local?.protocol === 'tcp' ? 'TCP' : 'UDP';
  const title = `You are connected to ${who} directly over ${udp}.`;
  const how = withoutNat(pair) ? 'Both devices reach each other without an address translator (NAT) between them.' : 'The NAT on the way lets the packets of this call through.';
  const refusal = turnRefusal(facts.candidateErrors);
  if (!refusal) return verdict('ok', 'direct', title, how + mute);
  return verdict('warn', 'direct-no-turn', title, `${how} ${refusal.title} People behind stricter networks could not call.`, refusal.next);
}

/**
 * @param {Facts} facts
 * @param {import('./stats.js').PairRow} pair
 */
function relayReason(facts, pair) {
  const ours = pair.local?.type === 'relay';
  const server = ours && pair.local?.url ? ` (${hostOf(pair.local.url)}, ${pair.local.relayProtocol || 'udp'})` : '';
  if (facts.relayOnly) return `Your relay${server} carries it because 'Force relay' is on.`;
  if (ours) return `Your relay${server} carries it: no direct pair of addresses answered sooner.`;
  return "The other side's relay carries it: it forces the relay, or no direct pair of addresses answered.";
}

/** @param {Facts} facts */
function signalingTrouble(facts) {
  const error = facts.signalError;
  if (facts.signal === 'closed' && error && error.name !== 'closed') {
    return verdict('bad', error.name, 'The signaling server does not let this page in.', error.message, error.name === 'unauthorized' ? 'Give it a token that is good.' : 'Mend that, then reload the page.');
  }
  if (facts.signal === 'waiting') {
    return verdict('warn', 'signaling-lost', 'The signaling server is out of reach; trying again.', error?.message ?? '', 'Nothing to do if it comes back. Else check that the server runs.');
  }
  return null;
}

/** @param {Facts} facts */
function authTrouble(facts) {
  const refusal = turnRefusal(facts.candidateErrors);
  if (!refusal) return null;
  if (facts.relayOnly || facts.connection === 'failed') return verdict('bad', 'turn-refused', refusal.title, refusal.detail, refusal.next);
  return verdict('warn', 'turn-refused', refusal.title, `${refusal.detail} A direct path is still being tried.`, refusal.next);
}

/** @param {Facts} facts */
function relayTrouble(facts) {
  if (!facts.relayOnly || facts.connection === 'none') return null;
  if (facts.iceServers === 0) {
    const next = "Start TURN beside the signaling server, or switch 'Force relay' off.";
    return verdict('bad', 'no-turn', 'There is no TURN server to relay through.', 'The signaling server named none.', next);
  }
  const hasRelay = facts.stats?.local.some((one) => one.type === 'relay') ?? true;
  if (facts.gathering !== 'complete' || hasRelay) return null;
  const silent = facts.candidateErrors.find((one) => one.code === UNREACHABLE && one.url.startsWith('turn'));
  const other = facts.candidateErrors.find((one) => one.url.startsWith('turn'));
  const title = silent ? `The TURN server at ${hostOf(silent.url)} does not answer.` : 'The TURN server gave no relay address.';
  const detail = other && !silent ? `It answered ${other.code} (${other.text}).` : 'Without it there is nothing to relay through.';
  return verdict('bad', 'turn-silent', title, detail, 'Check that it runs and that its port is open for UDP and TCP on the way from here.');
}

/** @param {Facts} facts */
function failed(facts) {
  if (facts.connection !== 'failed') return null;
  const noServers = facts.iceServers === 0;
  const detail = noServers
    ? 'None of the direct address pairs answered, and the signaling server named no TURN relay to fall back on.'
    : 'None of the address pairs answered, through the relay neither.';
  const next = noServers ? 'Add a TURN server; it carries calls where networks let no direct packets through.' : "Try 'Restart ICE'; look at the pairs below for those with no answer.";
  return verdict('bad', 'no-path', 'No path to the other side was found.', detail, next);
}

/** @param {Facts} facts */
function underway(facts) {
  if (facts.signal === 'idle') return verdict('idle', 'idle', 'You are not in the room yet.', 'Join, and this panel shows how your packets travel.');
  if (facts.signal === 'closed') return verdict('idle', 'left', 'You left the call.', 'Join again whenever you like.');
  if (facts.signal === 'connecting') return verdict('busy', 'joining', 'Reaching the signaling server.', '');
  if (facts.isFull) {
    return verdict('warn', 'room-full', 'Two people are talking in this room already.', '', 'Wait until one leaves, or make a new room.');
  }
  if (facts.peer === 'none') {
    return verdict('busy', 'alone', 'You are in the room; nobody else is here yet.', '', 'Send the room link to the person that you want to talk to.');
  }
  if (facts.peer === 'lost') {
    return verdict('warn', 'peer-lost', 'The other side lost the signaling server.', 'It has half a minute to come back before it counts as gone.');
  }
  if (facts.connection === 'disconnected') {
    return verdict('warn', 'interrupted', 'The path to the other side is silent.', 'A new one is looked for if it stays so.');
  }
  if ((facts.connectingMs ?? 0) > SLOW_MS) return slow(facts);
  return verdict('busy', 'connecting', `Looking for a path to ${facts.peerName || 'the other side'}.`, 'Address pairs are being tried in both directions.');
}

/** @param {Facts} facts */
function slow(facts) {
  const who = facts.peerName || 'the other side';
  const silent = facts.stats?.remote.length === 0;
  const detail = silent ? 'It has named no address at which it could be reached.' : 'No pair of addresses has answered so far.';
  const next = silent ? 'Look at the page over there: its TURN server may be refusing it.' : 'Wait, or restart ICE; the pairs below show which were tried.';
  return verdict('warn', 'slow', `There is still no path to ${who}.`, detail, next);
}

/**
 * @param {Verdict['level']} level
 * @param {string} code
 * @param {string} title
 * @param {string} detail
 * @param {string} [next]
 * @returns {Verdict}
 */
function verdict(level, code, title, detail, next = '') {
  return { level, code, title, detail, next };
}

/**
 * @param {string} url such as `turn:host:3478?transport=udp`
 * @returns {string} `host:3478`
 */
export function hostOf(url) {
  return url.replace(/^(stun|turn)s?:/, '').replace(/\?.*$/, '');
}
