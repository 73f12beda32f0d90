/**
 * What is known of a call, for the verdict on it.
 *
 * @param {import('./call.js').Call} call
 * @param {import('./roster.js').Roster} roster
 * @returns {import('../lib/diagnose.js').Facts}
 */
export function factsOf(call, roster) {
  const { link, client } = call;
  return {
    signal: client?.state ?? (call.phase === 'left' ? 'closed' : 'idle'),
    signalError: call.signalError,
    peer: !link ? 'none' : roster.isLost(link.peer.id) ? 'lost' : 'here',
    isFull: !link && roster.size > 1,
    peerName: call.peerName,
    connection: link?.pc.connectionState ?? 'none',
    connectingMs: link ? performance.now() - link.createdAt : 0,
    gathering: link?.pc.iceGatheringState ?? 'none',
    relayOnly: call.relayOnly,
    candidateErrors: link?.candidateErrors ?? [],
    stats: call.stats,
    iceServers: client?.iceServers.length ?? 0,
  };
}
