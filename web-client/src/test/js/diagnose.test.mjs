import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SignalError, diagnose } from '../../main/resources/dev/postern/webclient/lib/postern.js';
import { summarize, throughput, withoutNat } from '../../main/resources/dev/postern/webclient/lib/stats.js';

const end = (type, more = {}) => ({ type, protocol: 'udp', address: '203.0.113.5', port: 1, url: '', relayProtocol: '', ...more });
const stats = (local, remote, path = 'direct') => ({ path, pair: { local, remote }, pairs: [], local: [local], remote: [remote], media: {} });
const turnError = (code, text = '') => ({ url: 'turn:turn.example:3478?transport=udp', code, text, address: '', at: 0 });
const base = { signal: 'open', peer: 'here', peerName: 'Bob', connection: 'connecting', gathering: 'complete', relayOnly: false, candidateErrors: [], stats: null, iceServers: 2 };

const CASES = [
  ['before joining', { signal: 'idle', peer: 'none', connection: 'none' }, 'idle', /not in the room/],
  ['reaching the server', { signal: 'connecting', peer: 'none', connection: 'none' }, 'joining', /Reaching/],
  ['alone', { peer: 'none', connection: 'none' }, 'alone', /nobody else/],
  ['third in the room', { peer: 'none', connection: 'none', isFull: true }, 'room-full', /Two people are talking/],
  ['looking for a path', {}, 'connecting', /Looking for a path to Bob/],
  ['slow, peer without addresses', { connectingMs: 20_000, stats: { path: 'none', pair: null, pairs: [], local: [], remote: [] } }, 'slow', /still no path to Bob/],
  ['slow', { connectingMs: 20_000 }, 'slow', /still no path/],
  ['server away', { signal: 'waiting', signalError: new SignalError('unreachable', 'No answer.') }, 'signaling-lost', /out of reach/],
  ['server refuses', { signal: 'closed', signalError: new SignalError('origin-not-allowed', 'Refused.') }, 'origin-not-allowed', /does not let this page in/],
  ['left', { signal: 'closed', peer: 'none', connection: 'none', signalError: new SignalError('closed', '') }, 'left', /You left/],
  ['peer lost', { peer: 'lost' }, 'peer-lost', /lost the signaling server/],
  ['direct, same network', { connection: 'connected', stats: stats(end('host'), end('host')) }, 'direct', /directly over UDP/],
  ['direct through NAT', { connection: 'connected', stats: stats(end('srflx'), end('prflx')) }, 'direct', /directly over UDP/],
  ['relayed', { connection: 'connected', stats: stats(end('relay', { url: 'turn:t:1', relayProtocol: 'tcp' }), end('host'), 'relay') }, 'relayed', /through a TURN relay/],
  ['direct, TURN refuses', { connection: 'connected', stats: stats(end('host'), end('host')), candidateErrors: [turnError(401)] }, 'direct-no-turn', /directly/],
  ['wrong password, relay only', { relayOnly: true, candidateErrors: [turnError(401, 'Unauthorized')] }, 'turn-refused', /^The TURN server at turn\.example:3478 refused the password\.$/],
  ['wrong password, still trying', { candidateErrors: [turnError(441)] }, 'turn-refused', /refused the password/],
  ['quota', { relayOnly: true, candidateErrors: [turnError(486)] }, 'turn-refused', /no allocation left/],
  ['no TURN at all', { relayOnly: true, iceServers: 0 }, 'no-turn', /no TURN server/],
  ['TURN silent', { relayOnly: true, candidateErrors: [turnError(701)], stats: stats(end('host'), end('host')) }, 'turn-silent', /does not answer/],
  ['no path', { connection: 'failed' }, 'no-path', /No path/],
  ['interrupted', { connection: 'disconnected' }, 'interrupted', /silent/],
];

describe('verdict', () => {
  for (const [name, facts, code, title] of CASES) {
    test(name, () => {
      const verdict = diagnose({ ...base, ...facts });
      assert.equal(verdict.code, code);
      assert.match(verdict.title, title);
      for (const text of [verdict.title, verdict.detail, verdict.next]) assert.ok(text === '' || /[.!?]$/.test(text), `a sentence: ${text}`);
      if (verdict.level === 'bad') assert.notEqual(verdict.next, '', 'trouble comes with a next step');
    });
  }

  test('a wrong password is bad when only the relay may be used, a warning while a direct path may still be found', () => {
    const candidateErrors = [turnError(401)];
    assert.equal(diagnose({ ...base, candidateErrors, relayOnly: true }).level, 'bad');
    assert.equal(diagnose({ ...base, candidateErrors, connection: 'failed' }).level, 'bad');
    assert.equal(diagnose({ ...base, candidateErrors }).level, 'warn');
  });

  test('a call goes on without signaling and says so', () => {
    const verdict = diagnose({ ...base, signal: 'waiting', connection: 'connected', stats: stats(end('host'), end('host')) });
    assert.equal(verdict.level, 'ok');
    assert.match(verdict.detail, /goes on without it/);
  });
});

describe('statistics', () => {
  const reports = [
    { type: 'transport', id: 'T', timestamp: 5_000, selectedCandidatePairId: 'P2', dtlsState: 'connected', selectedCandidatePairChanges: 3 },
    { type: 'local-candidate', id: 'L1', candidateType: 'host', protocol: 'udp', address: '10.0.0.1', port: 5 },
    { type: 'local-candidate', id: 'L2', candidateType: 'relay', protocol: 'udp', relayProtocol: 'tls', url: 'turns:t' },
    { type: 'remote-candidate', id: 'R1', candidateType: 'srflx', protocol: 'udp', ip: '198.51.100.7', port: 9 },
    { type: 'candidate-pair', id: 'P1', localCandidateId: 'L1', remoteCandidateId: 'R1', state: 'failed', responsesReceived: 0, currentRoundTripTime: 0 },
    { type: 'candidate-pair', id: 'P2', localCandidateId: 'L2', remoteCandidateId: 'R1', state: 'succeeded', nominated: true, currentRoundTripTime: 0.012, responsesReceived: 4, bytesSent: 1000, bytesReceived: 500 },
    { type: 'inbound-rtp', id: 'I', kind: 'video', framesDecoded: 30, framesPerSecond: 15, frameWidth: 640, frameHeight: 360, packetsLost: 1, packetsReceived: 99, jitter: 0.004 },
    { type: 'inbound-rtp', id: 'J', kind: 'audio', packetsLost: 0, packetsReceived: 50 },
  ];

  test('the selected pair comes first and decides the path', () => {
    const snapshot = summarize(reports);
    assert.equal(snapshot.path, 'relay');
    assert.deepEqual(snapshot.pairs.map((pair) => pair.id), ['P2', 'P1']);
    assert.equal(snapshot.pair.rttMs, 12);
    assert.equal(snapshot.pair.local.relayProtocol, 'tls');
    assert.equal(snapshot.pair.remote.address, '198.51.100.7');
    assert.equal(snapshot.pairs[1].rttMs, null);
    assert.deepEqual([snapshot.media.framesDecoded, snapshot.media.packetsReceived, snapshot.media.jitterMs], [30, 149, 4]);
  });

  test('Firefox marks the pair itself', () => {
    const snapshot = summarize([{ type: 'candidate-pair', id: 'P', selected: true, state: 'succeeded' }]);
    assert.equal(snapshot.pair.id, 'P');
  });

  test('nothing yet is an empty snapshot', () => {
    assert.deepEqual(summarize([]), { ...summarize([]), path: 'none', pair: null, pairs: [], local: [], remote: [] });
  });

  test('throughput is bits per second over one pair, and zero after a change of path or of clock', () => {
    const at = (time, id, sent, got) => ({ at: time, pair: { id, bytesSent: sent, bytesReceived: got } });
    assert.deepEqual(throughput(at(1_000, 'P', 1_000, 0), at(3_000, 'P', 3_000, 500)), { out: 8_000, in: 2_000 });
    assert.deepEqual(throughput(at(1_000, 'P', 1_000, 0), at(3_000, 'Q', 3_000, 500)), { out: 0, in: 0 });
    assert.deepEqual(throughput(at(1_000, 'P', 1_000, 0), at(1_000, 'P', 3_000, 500)), { out: 0, in: 0 });
    assert.deepEqual(throughput(null, at(1_000, 'P', 1_000, 0)), { out: 0, in: 0 });
  });

  for (const [local, remote, expected] of [
    [end('host'), end('host'), true],
    [end('host', { address: '' }), end('prflx', { address: '192.168.1.5' }), true],
    [end('srflx', { address: '127.0.0.1' }), end('host'), true],
    [end('host'), end('prflx', { address: 'fd00::2' }), true],
    [end('host'), end('prflx', { address: '2001:db8::1' }), false],
    [end('host'), end('srflx'), false],
    [end('relay', { address: '127.0.0.1' }), end('host'), false],
  ]) {
    test(`${local.type} ${local.address} to ${remote.type} ${remote.address} is ${expected ? 'without' : 'with'} NAT`, () => {
      assert.equal(withoutNat({ local, remote }), expected);
    });
  }
});
