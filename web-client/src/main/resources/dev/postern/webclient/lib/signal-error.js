/**
 * What went wrong between this client and the signaling server: `name` is the stable word to branch on, `message` the sentence for a person.
 * Numbers 2400 to 2599 are the server's; 0 means that this side noticed.
 */
export class SignalError extends Error {
  /**
   * @param {string} name stable name such as `room_full`
   * @param {string} message a sentence that says what happened and what to do
   * @param {{code?: number, retry?: boolean, afterMs?: number}} [more]
   */
  constructor(name, message, more = {}) {
    super(message);
    this.name = name;
    this.code = more.code ?? 0;
    /** True when the same request may succeed later. */
    this.retry = more.retry ?? false;
    /** How long to wait before that, in milliseconds. */
    this.afterMs = more.afterMs ?? 0;
  }
}

/** @type {Record<number, [string, string]>} What WebSocket's own close codes mean. */
const SOCKET_REASONS = {
  1002: ['protocol_error', 'The server found a frame that breaks the WebSocket protocol.'],
  1007: ['bad_text', 'The server found text that is not UTF-8.'],
  1009: ['too_large', 'A message was larger than the server takes.'],
};

/** @type {{[C in import('./postern-protocol.d.ts').CloseCode]: [import('./postern-protocol.d.ts').CloseNames[C], string]}} The protocol's. */
const CLOSE_REASONS = {
  4400: ['hello_timeout', 'The server waited too long for the first message.'],
  4408: ['slow', 'This client read too slowly, so the server dropped the connection.'],
  4409: ['overtaken', 'A later connection of this client came first.'],
  4429: ['flood', 'This client sent too much, so the server dropped the connection.'],
  4430: ['heartbeat_lost', 'The server heard nothing from this client for too long.'],
  4431: ['going_away', 'The server is stopping.'],
  4432: ['draining', 'The server is stopping, and another one goes on.'],
  4440: ['auth_unavailable', 'The server cannot check sign-ins just now.'],
  4441: ['session_elsewhere', 'The server is fetching this session from another one.'],
  4501: ['unauthorized', 'The server wants a token, and the one that it was shown is not good or has ended. Get a new link or token.'],
  4502: ['replaced', 'This session was taken over by another tab or window. Go on there, or reload this page.'],
  4503: ['revoked', 'Access was withdrawn. Ask whoever runs this server.'],
};

/**
 * The error for a socket that was closed with this code.
 *
 * @param {number} code
 * @returns {SignalError}
 */
export function closeError(code) {
  const known = /** @type {Record<number, [string, string]>} */ (CLOSE_REASONS)[code] ?? SOCKET_REASONS[code];
  const [name, message] = known ?? ['connection_lost', 'The connection to the signaling server was lost.'];
  return new SignalError(name, message, { code, retry: !isTerminal(code) });
}

/**
 * Whether a close code forbids coming back: 4500 to 4999.
 *
 * @param {number} code
 */
export function isTerminal(code) {
  return code >= 4500 && code <= 4999;
}
