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

/** @type {Record<string, string>} Why the other side is out of the room, where that says more than that it left. */
export const LEAVE_REASONS = {
  timeout: 'it did not come back in time',
  kicked: 'a moderator has sent it out',
  expired: 'its token has ended',
  revoked: 'its access was taken back',
  node_lost: 'its signaling server is gone',
};

/** @type {Record<string, string>} Why we are not in the room: by the name of an error, or of a reason to be out. */
export const NOT_IN = {
  room_locked: 'A moderator has locked this room. Wait until it is opened again, and join again.',
  kicked: 'A moderator has sent you out of this room. You cannot come back for a while.',
  not_allowed: 'Your token does not let you into this room, or not as the first one. Ask whoever gave it to you.',
  expired: 'Your token has ended. Join again with a newer one.',
  revoked: 'Your access to this room was taken back. Ask whoever runs this server.',
  timeout: 'The server heard nothing from this page for too long. Join again.',
  node_lost: 'The signaling server that this page was on is gone. Join again.',
  unavailable: 'This room is on a server that cannot be reached now. Join again in a moment.',
};

export const ROOM_FULL = 'Two people are already in this room. Wait until one leaves, or make a new room.';
