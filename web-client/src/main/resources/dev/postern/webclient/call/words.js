/**
 * @param {import('../lib/stats.js').Snapshot | null} stats
 * @returns {string} such as `direct, host to srflx`; empty without a path
 */
export function pathWords(stats) {
  return stats?.pair ? `${stats.path}, ${stats.pair.local?.type} to ${stats.pair.remote?.type}` : '';
}

/** @type {Record<string, string>} What became of the other side, for the list of events. */
export const PEER_EVENTS = {
  leave: 'The other side left',
  lost: 'The other side lost the signaling server',
  back: 'The other side is back on the signaling server',
};

export const ROOM_FULL = 'Two people are already in this room. Wait until one leaves, or make a new room.';
