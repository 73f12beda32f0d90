/**
 * The signaling server's rules in one process, for tests of the client: strict about what a client sends (a breach is remembered in
 * `breaches`), with switches for what a server or a network may do. Not a server: it has no limits and no clock of its own.
 */
export class FakeSignaling {
  /** @type {Map<string, Session>} */
  sessions = new Map();
  /** @type {any[]} what the hellos and auths showed, in order */
  tokens = [];
  /** @type {string[]} what clients did against the protocol */
  breaches = [];
  iceServers = [];
  /** @type {(message: any) => any} may return an err to answer with */
  refuse = () => null;
  /** @type {(token: any) => boolean} whether a token is good */
  accepts = () => true;
  /** How many messages a second the welcome allows. */
  rate = 1_000;
  /** Types that are taken but not answered. */
  mute = new Set();
  #next = 0;

  /** @param {{send: (text: string) => void, close: (code: number) => void}} wire */
  connect(wire) {
    return new Connection(this, wire);
  }

  id(prefix) {
    this.#next += 1;
    return `${prefix}_${this.#next}`;
  }

  members(room) {
    return [...this.sessions.values()].filter((session) => session.rooms.has(room));
  }

  /** The session is forgotten, as after a restart of the server. */
  forget(session) {
    this.sessions.delete(session.sid);
  }

  /** Sends somebody out, who is told as the others are. */
  kick(room, peer) {
    const out = this.members(room).find((one) => one.peer === peer);
    out.push({ t: 'peer', ev: 'leave', room, peer: { id: peer }, why: 'kicked' });
    this.leave(out, room, 'kicked');
  }

  lock(session, { room, on }) {
    for (const other of this.members(room)) if (other !== session) other.push({ t: 'room', room, locked: on });
  }

  leave(session, room, why) {
    session.rooms.delete(room);
    for (const other of this.members(room)) other.push({ t: 'peer', ev: 'leave', room, peer: { id: session.peer }, why });
  }
}

export class Session {
  rooms = new Map();
  seq = 0;
  ring = [];
  answers = new Map();
  lastId = 0;
  /** The highest number of an attempt to resume it. */
  attempt = 0;
  /** @type {Connection | null} */
  connection = null;

  constructor(hub) {
    this.hub = hub;
    this.sid = hub.id('s');
    this.peer = hub.id('p');
    this.rotate();
  }

  rotate() {
    this.secret = `secret-of-${this.hub.id('r')}`;
  }

  /** Sends a message that counts: it is kept for a resume. */
  push(message) {
    const numbered = { ...message, seq: ++this.seq };
    this.ring.push(numbered);
    this.connection?.write(numbered);
  }

  acknowledge(got) {
    if (got > this.seq) this.hub.breaches.push(`ack of ${got}, but only ${this.seq} were sent`);
    this.ring = this.ring.filter((message) => message.seq > got);
  }
}

class Connection {
  /** @type {Session | null} */
  session = null;

  constructor(hub, wire) {
    this.hub = hub;
    this.wire = wire;
  }

  write(message) {
    this.wire.send(JSON.stringify(message));
  }

  /** @param {string} text */
  receive(text) {
    const message = JSON.parse(text);
    if (!this.session) {
      if (message.t !== 'hello') this.hub.breaches.push(`first message was ${message.t}`);
      else this.#hello(message);
      return;
    }
    if (message.got !== undefined) this.session.acknowledge(message.got);
    if (message.t === 'ack') return;
    if (message.t === 'ping') return this.write({ t: 'pong', ts: message.ts });
    if (message.t === 'pong') return;
    this.#request(message);
  }

  /** @param {number} code */
  closed(code) {
    const session = this.session;
    if (!session || session.connection !== this) return;
    session.connection = null;
    const gone = code === 1000 || code === 1001;
    for (const room of [...session.rooms.keys()]) {
      if (gone) this.hub.leave(session, room, 'closed');
      else for (const other of this.hub.members(room)) if (other !== session) other.push({ t: 'peer', ev: 'lost', room, peer: { id: session.peer } });
    }
    if (gone) this.hub.forget(session);
  }

  #hello(message) {
    this.hub.tokens.push(message.token);
    if (!this.hub.accepts(message.token)) {
      this.write({ t: 'bye', code: 4501, advice: 'stop', after: 0 });
      this.wire.close(4501);
      return;
    }
    const old = message.resume && this.hub.sessions.get(message.resume.sid);
    const resumed = Boolean(old && old.secret === message.resume.secret);
    if (old) this.#count(old, message.resume.attempt);
    const session = resumed ? old : new Session(this.hub);
    this.session = session;
    session.connection = this;
    session.rotate();
    this.hub.sessions.set(session.sid, session);
    if (resumed) session.acknowledge(message.resume.got);
    this.write({
      t: 'welcome', v: 1, caps: [], sid: session.sid, resume: session.secret, peer: session.peer, seq: resumed ? session.seq : 0, epoch: 'e1',
      hb: { every: 25000, dead: 35000 }, limits: { msg: 65536, rate: this.hub.rate }, ice: { servers: this.hub.iceServers, ttl: 3600 }, resumed, lost: 0,
    });
    for (const kept of session.ring) this.write(kept);
    if (resumed) this.#tellOthers(session, 'back');
  }

  #count(session, attempt) {
    if (!(attempt > session.attempt)) this.hub.breaches.push(`attempt ${attempt} after ${session.attempt}`);
    session.attempt = attempt;
  }

  #tellOthers(session, ev) {
    for (const room of session.rooms.keys()) {
      for (const other of this.hub.members(room)) if (other !== session) other.push({ t: 'peer', ev, room, peer: { id: session.peer } });
    }
  }

  #request(message) {
    const session = this.session;
    const cached = session.answers.get(message.id);
    if (cached) return this.write(cached);
    if (!(message.id > session.lastId)) this.hub.breaches.push(`id ${message.id} after ${session.lastId}`);
    session.lastId = message.id;
    const refusal = this.hub.refuse(message);
    const answer = refusal ? { t: 'err', re: message.id, ...refusal } : { t: 'ok', re: message.id, ...this.#effect(session, message) };
    session.answers.set(message.id, answer);
    if (!this.hub.mute.has(message.t)) this.write(answer);
  }

  #effect(session, message) {
    if (message.t === 'join') return this.#join(session, message);
    if (message.t === 'leave') return this.hub.leave(session, message.room, 'left');
    if (message.t === 'auth') return void this.hub.tokens.push(message.token);
    if (message.t === 'kick') return this.hub.kick(message.room, message.peer);
    if (message.t === 'lock') return this.hub.lock(session, message);
    if (message.t === 'sig' || message.t === 'ice') return this.#direct(session, message);
    this.hub.breaches.push(`unknown type ${message.t}`);
    return {};
  }

  #join(session, { room, name, meta }) {
    const others = this.hub.members(room);
    session.rooms.set(room, { name, meta });
    const card = (one, polite) => ({ id: one.peer, ...one.rooms.get(room), polite });
    for (const other of others) other.push({ t: 'peer', ev: 'join', room, peer: card(session, false) });
    return { room, you: session.peer, peers: others.map((other) => card(other, true)) };
  }

  #direct(session, { id, to, got, ...message }) {
    const target = this.hub.members(message.room).find((one) => one.peer === to);
    if (!target || !session.rooms.has(message.room)) this.hub.breaches.push(`${message.t} to ${to}, who is not there`);
    else target.push({ ...message, from: session.peer, to });
    return {};
  }
}
