import { SignalClient } from '../lib/postern.js';

const WRONG_PASSWORD = 'wrong-on-purpose';

/**
 * @param {import('./options.js').CallOptions} options
 * @returns {SignalClient}
 */
export function newClient(options) {
  return options.wrongTurnPassword ? new WrongPasswordClient() : new SignalClient();
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
