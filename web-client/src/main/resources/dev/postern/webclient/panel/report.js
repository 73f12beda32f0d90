/**
 * Everything that the panel knows, as text for a bug report. Addresses are in it, secrets are not: statistics hold none, and the log lost
 * them before it was written.
 *
 * @param {import('../call/call.js').Call} call
 * @param {import('../lib/protocol.js').LogEvent[]} log
 * @returns {string}
 */
export function report(call, log) {
  const { link } = call;
  const state = link && {
    connection: link.pc.connectionState,
    ice: link.pc.iceConnectionState,
    gathering: link.pc.iceGatheringState,
    signaling: link.pc.signalingState,
    polite: link.peer.polite,
    relayOnly: link.relayOnly,
    candidateErrors: link.candidateErrors,
  };
  const value = {
    written: new Date().toISOString(),
    browser: navigator.userAgent,
    phase: call.phase,
    signal: call.client?.state ?? 'none',
    verdict: call.verdict,
    link: state,
    stats: call.stats,
    history: call.history,
    setup: call.timeline.spans(),
    events: call.timeline.events,
    log,
  };
  return JSON.stringify(value, null, 2);
}
