import { CHECK_PATH, SOCKET_PATH } from './protocol.js';
import { SignalError } from './signal-error.js';

const CHECK_TIMEOUT_MS = 5_000;
/** Refusals that pass by themselves. */
const PASSING_REASONS = new Set(['going-away', 'rate-limited']);

/**
 * Why the server would refuse the WebSocket upgrade. Browsers hide the HTTP status of a refused upgrade, so the server is asked over plain HTTP.
 *
 * @param {string} socketUrl
 * @param {typeof fetch} fetchFn
 * @returns {Promise<SignalError>} `retry` tells whether another attempt makes sense
 */
export async function explainRefusal(socketUrl, fetchFn) {
  const url = new URL(socketUrl);
  const server = url.host;
  url.protocol = url.protocol === 'wss:' ? 'https:' : 'http:';
  url.pathname = url.pathname.endsWith(SOCKET_PATH) ? url.pathname.slice(0, -SOCKET_PATH.length) + CHECK_PATH : CHECK_PATH;
  try {
    const response = await fetchFn(url, { cache: 'no-store', signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) });
    const verdict = await response.json();
    if (verdict?.ok === false && !isAboutTheQuestion(verdict)) {
      const reason = String(verdict.reason ?? 'refused');
      return new SignalError(reason, refusalSentence(server, verdict), { retry: PASSING_REASONS.has(reason) });
    }
    const sentence = `The server at ${server} answers, but the WebSocket did not open. A proxy between you and it may not pass WebSockets on.`;
    return new SignalError('no_websocket', sentence, { retry: true });
  } catch {
    return new SignalError('unreachable', `No answer from the signaling server at ${server}. Is it running, and is this device online?`, { retry: true });
  }
}

/**
 * @param {string} server
 * @param {{reason?: unknown, detail?: unknown}} verdict
 */
function refusalSentence(server, verdict) {
  const detail = typeof verdict.detail === 'string' && verdict.detail ? verdict.detail : String(verdict.reason ?? 'no reason given');
  return `The signaling server at ${server} refused the connection: ${detail}`;
}

/**
 * A browser names its origin with every WebSocket, but not with a GET to its own server: that it was missing from the question says nothing
 * about the socket.
 *
 * @param {{reason?: unknown}} verdict
 */
function isAboutTheQuestion(verdict) {
  return verdict.reason === 'origin-missing' && globalThis.location !== undefined;
}
