import { httpUrl } from './protocol.js';
import { SignalError } from './signal-error.js';

const CHECK_TIMEOUT_MS = 5_000;
/** Refusals that pass by themselves. */
const PASSING_REASONS = new Set(['going-away', 'rate-limited', 'server-busy', 'too-many-bodies', 'body-incomplete', 'no_stream']);

/**
 * Why the server would refuse the WebSocket upgrade. Browsers hide the HTTP status of a refused upgrade, so the server is asked over plain HTTP.
 *
 * @param {string} socketUrl
 * @param {typeof fetch} fetchFn
 * @returns {Promise<SignalError>} `retry` tells whether another attempt makes sense
 */
export async function explainRefusal(socketUrl, fetchFn) {
  const url = httpUrl(socketUrl, 'check');
  const server = new URL(url).host;
  try {
    const response = await fetchFn(url, { cache: 'no-store', signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) });
    const verdict = await response.json();
    if (verdict?.ok === false && !isAboutTheQuestion(verdict)) {
      return refusalError(server, verdict);
    }
    const sentence = `The server at ${server} answers, but the WebSocket did not open. A proxy between you and it may not pass WebSockets on.`;
    return new SignalError('no_websocket', sentence, { retry: true });
  } catch {
    return unreachable(server);
  }
}

/** @param {string} server which does not answer at all */
export function unreachable(server) {
  return new SignalError('unreachable', `No answer from the signaling server at ${server}. Is it running, and is this device online?`, { retry: true });
}

/**
 * What the server says of a connection that it refuses.
 *
 * @param {string} server
 * @param {{reason?: unknown, detail?: unknown}} verdict
 * @returns {SignalError} `retry` tells whether another attempt makes sense
 */
export function refusalError(server, verdict) {
  const reason = String(verdict.reason ?? 'refused');
  const detail = typeof verdict.detail === 'string' && verdict.detail ? verdict.detail : reason;
  return new SignalError(reason, `The signaling server at ${server} refused the connection: ${detail}`, { retry: PASSING_REASONS.has(reason) });
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
