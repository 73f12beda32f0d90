import { SignalClient } from '../lib/postern.js';
import { sameOriginUrl } from '../lib/protocol.js';

const WRONG_PASSWORD = 'wrong-on-purpose';

/**
 * Signaling is beside the page: under the path that somebody has put both.
 *
 * @param {import('./options.js').CallOptions} options
 * @param {string} token empty for none
 * @returns {SignalClient}
 */
export function newClient({ carrier, wrongTurnPassword }, token) {
  const options = { carrier, ...(token && { token }) };
  const url = sameOriginUrl('signal/v1/ws');
  return wrongTurnPassword ? new WrongPasswordClient(url, options) : new SignalClient(url, options);
}

/** @returns {string} tells this page from others in the room, across sessions; not a secret */
export function newPageId() {
  return [...crypto.getRandomValues(new Uint32Array(2))].map((word) => word.toString(36)).join('');
}

/** Shows what a TURN server with another password looks like. */
class WrongPasswordClient extends SignalClient {
  get iceServers() {
    return super.iceServers.map((server) => (server.credential ? { ...server, credential: WRONG_PASSWORD } : server));
  }
}
