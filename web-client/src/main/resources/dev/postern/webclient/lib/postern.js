/** Postern's browser client: sessions with a signaling server, and the connections to the peers that it introduces. */
export { SignalClient } from './signal-client.js';
export { SignalError } from './signal-error.js';
export { PeerLink } from './peer-link.js';
export { DataLink } from './data-link.js';
export { FileTransfer } from './file-transfer.js';
export { readStats, throughput } from './stats.js';
export { diagnose, turnRefusal } from './diagnose.js';
