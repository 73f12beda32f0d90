/*
 * Put into every page before its own scripts: it sees each RTCPeerConnection that the page makes, and reads the browser's own
 * statistics of the newest one. What a test asserts comes from here, not from what the page says about itself.
 */
(() => {
  const Native = window.RTCPeerConnection;
  const connections = [];
  window.RTCPeerConnection = class RTCPeerConnection extends Native {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };

  const newest = () => connections.filter((pc) => pc.signalingState !== 'closed').at(-1);

  async function reports() {
    const pc = newest();
    return pc ? [...(await pc.getStats()).values()] : [];
  }

  function candidate(all, id) {
    const found = all.find((report) => report.id === id);
    return found && { type: found.candidateType, protocol: found.protocol, relayProtocol: found.relayProtocol ?? '', address: found.address ?? '' };
  }

  async function selectedPair() {
    const all = await reports();
    const transport = all.find((report) => report.type === 'transport' && report.selectedCandidatePairId);
    const pair = transport && all.find((report) => report.id === transport.selectedCandidatePairId);
    if (!pair) return null;
    return {
      local: candidate(all, pair.localCandidateId),
      remote: candidate(all, pair.remoteCandidateId),
      bytesSent: pair.bytesSent,
      bytesReceived: pair.bytesReceived,
      changes: transport.selectedCandidatePairChanges ?? 0,
    };
  }

  async function framesDecoded() {
    const video = (await reports()).filter((report) => report.type === 'inbound-rtp' && report.kind === 'video');
    return video.reduce((sum, report) => sum + (report.framesDecoded ?? 0), 0);
  }

  const connected = () => newest()?.connectionState === 'connected';

  /** The local ufrag: another one means that ICE was started anew. */
  const ufrag = () => /a=ice-ufrag:(\S+)/.exec(newest()?.localDescription?.sdp ?? '')?.[1] ?? '';

  /** Resolves with what `question` answers once that is truthy; rejects with the last answer after `within` milliseconds. */
  async function until(question, within) {
    const deadline = performance.now() + within;
    for (;;) {
      const answer = await question();
      if (answer) return answer;
      if (performance.now() > deadline) {
        const pc = newest();
        throw new Error(`${question} is still ${answer} after ${within} ms; connection ${pc?.connectionState}, ice ${pc?.iceConnectionState}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  window.witness = { connections, newest, selectedPair, framesDecoded, connected, ufrag, until };
})();
