/**
 * The messages of Postern's signaling, version 1, made from the Java records by GeneratedFilesTest. Integers are 0 to 9007199254740991 unless told
 * otherwise.
 */

/** What a client sends. */
export type ClientMessage =
  | ClientHello
  | ClientJoin
  | ClientLeave
  | ClientSig
  | ClientIce
  | ClientAuth
  | ClientKick
  | ClientLock
  | ClientAck
  | ClientPing
  | ClientPong;

/** What is answered by exactly one `ok` or `err`. */
export type ClientRequest =
  | ClientJoin
  | ClientLeave
  | ClientSig
  | ClientIce
  | ClientAuth
  | ClientKick
  | ClientLock;

/** What the server sends. */
export type ServerMessage =
  | ServerWelcome
  | ServerOk
  | ServerErr
  | ServerSig
  | ServerIce
  | ServerPeerChange
  | ServerRoomChange
  | ServerIceServersChange
  | ServerExpiring
  | ServerBye
  | ServerPing
  | ServerPong;

/** The first message of every connection: which version the client speaks, who it is, and which session it wants back. */
export interface ClientHello {
  t: 'hello';
  /** The version of the protocol, 1 */
  v: number;
  /** What the client can do beside the base protocol */
  caps?: string[] | null;
  /** What shows who the client is, where the server asks for that; null for nothing */
  token?: string | null;
  /** The session that it wants back; null for a new one */
  resume?: Resume | null;
}

/** Asks to come into a room; the room exists from its first peer to its last. */
export interface ClientJoin {
  t: 'join';
  /** The request's id, at least 1; ids strictly increase within a session. (from 1) */
  id: number;
  /** The room's name */
  room: string;
  /** What the peer calls itself; null if it gives no name */
  name?: string | null;
  /** What else it says of itself */
  meta?: Meta | null;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** Asks to be out of a room. */
export interface ClientLeave {
  t: 'leave';
  /** The request's id, at least 1; ids strictly increase within a session. (from 1) */
  id: number;
  /** The room's name */
  room: string;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** A session description for one peer of a room. */
export interface ClientSig {
  t: 'sig';
  /** The request's id, at least 1; ids strictly increase within a session. (from 1) */
  id: number;
  /** The id of the peer that it is for */
  to: string;
  /** The room that both are in */
  room: string;
  /** The sender's negotiation counter */
  neg: number;
  /** The ICE generation that the description begins or belongs to */
  gen: number;
  /** The description */
  d: Description;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** ICE candidates for one peer of a room. */
export interface ClientIce {
  t: 'ice';
  /** The request's id, at least 1; ids strictly increase within a session. (from 1) */
  id: number;
  /** The id of the peer that they are for */
  to: string;
  /** The room that both are in */
  room: string;
  /** The ICE generation of the candidates; a receiver drops those of an older one */
  gen: number;
  /** In the order in which they were found; may be empty when `end` is true */
  c: Candidate[];
  /** Whether no more will follow in this generation */
  end?: boolean | null;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** Shows a newer token, so that the session goes on beyond the end of the last one. */
export interface ClientAuth {
  t: 'auth';
  /** The request's id, at least 1; ids strictly increase within a session. (from 1) */
  id: number;
  /** The newer token, of the same user */
  token: string;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** Asks to have a peer out of a room, and kept out for a while: for moderators of the room. */
export interface ClientKick {
  t: 'kick';
  /** The request's id, at least 1; ids strictly increase within a session. (from 1) */
  id: number;
  /** The room's name */
  room: string;
  /** The id of the peer */
  peer: string;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** Asks to lock a room, so that nobody joins, or to open it again: for moderators of the room. */
export interface ClientLock {
  t: 'lock';
  /** The request's id, at least 1; ids strictly increase within a session. (from 1) */
  id: number;
  /** The room's name */
  room: string;
  /** Whether it is locked from now on */
  on: boolean;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** Says how far the client has taken in what it was sent, and nothing else. */
export interface ClientAck {
  t: 'ack';
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got: number;
}

/** Asks for a pong with the same number. */
export interface ClientPing {
  t: 'ping';
  /** Any number of the sender's, a time for instance */
  ts: number;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** Answers the server's ping with its number. */
export interface ClientPong {
  t: 'pong';
  /** The number of the ping */
  ts: number;
  /** The highest `seq` that the client has taken in: it acknowledges all up to that one. */
  got?: number | null;
}

/** The first message of every connection: the session, new or resumed. */
export interface ServerWelcome {
  t: 'welcome';
  /** The version that `hello` and `welcome` carry as `v`. (from 1) */
  v: number;
  /** What the server can do beside the base protocol */
  caps: string[];
  /** The session's id */
  sid: string;
  /** The secret to resume it with; a new one in every welcome */
  resume: string;
  /** The id that other peers know this session by */
  peer: string;
  /** The highest `seq` that the client is known to have: 0 in a new session, its `got` in a resumed one; what follows has higher numbers */
  seq: number;
  /** The life of the server that the session belongs to */
  epoch: string;
  /** How the server drives liveness */
  hb: Heartbeat;
  /** What the client must stay under */
  limits: Limits;
  /** The ICE servers for the peer */
  ice: IceServers;
  /** Whether this is the session that the client asked for */
  resumed: boolean;
  /** How many messages were dropped before they could be resumed; only where `resumed` is false */
  lost: number;
}

/** Answers a request that was done. */
export interface ServerOk {
  t: 'ok';
  /** The id of the request (from 1) */
  re: number;
  /** The room's name */
  room?: string;
  /** The id of the peer that joined */
  you?: string;
  /** What it may do there; not said of a `peer` */
  role?: Role;
  /** Whether nobody else may join; not said of an open room */
  locked?: boolean;
  /** The others, in the order in which they joined */
  peers?: Peer[];
  /**
   * The place of the answer to a join or leave among what the session is told, so that a resume brings it again between what came before and after
   * it; absent for every other request (from 1)
   */
  seq?: number;
}

/** Answers a message that was refused. */
export interface ServerErr {
  t: 'err';
  /** The id of the request; null if the message had none that could be read (from 1) */
  re: number | null;
  /** The number of an `ErrorCode`, or one that this version does not know */
  code: number;
  /** The stable name of the code */
  name: string;
  /** Whether the same request, sent again later with a new id, may succeed */
  retry: boolean;
  /** When to try again; 0 if at once or never (ms) */
  after: number;
  /** A sentence for a person */
  detail: string;
}

/** A session description from a peer. */
export interface ServerSig {
  t: 'sig';
  /** Its place in the session, 1 for the first; strictly increasing. (from 1) */
  seq: number;
  /** The id of the peer that sent it, set by the server */
  from: string;
  /** The id of the peer that it is for */
  to: string;
  /** The room that both are in */
  room: string;
  /** The sender's negotiation counter */
  neg: number;
  /** The ICE generation that the description begins or belongs to */
  gen: number;
  /** The description */
  d: Description;
}

/** ICE candidates from a peer. */
export interface ServerIce {
  t: 'ice';
  /** Its place in the session, 1 for the first; strictly increasing. (from 1) */
  seq: number;
  /** The id of the peer that sent them, set by the server */
  from: string;
  /** The id of the peer that they are for */
  to: string;
  /** The room that both are in */
  room: string;
  /** The ICE generation of the candidates; a receiver drops those of an older one */
  gen: number;
  /** In the order in which they were found; may be empty when `end` is true */
  c: Candidate[];
  /** Whether no more will follow in this generation */
  end: boolean;
}

/** Something happened to a peer of a room. A peer is told of itself only where it did not ask to leave. */
export interface ServerPeerChange {
  t: 'peer';
  /** Its place in the session, 1 for the first; strictly increasing. (from 1) */
  seq: number;
  /** What happened */
  ev: PeerEvent;
  /** The room's name */
  room: string;
  /** The peer that it happened to */
  peer: Peer;
  /** Why the peer is out; only where the event is `leave` */
  why?: LeaveReason;
}

/** A moderator has locked a room or opened it again. */
export interface ServerRoomChange {
  t: 'room';
  /** Its place in the session, 1 for the first; strictly increasing. (from 1) */
  seq: number;
  /** The room's name */
  room: string;
  /** Whether nobody may join from now on */
  locked: boolean;
}

/** New ICE servers, sent before the credentials of the last ones end. */
export interface ServerIceServersChange {
  t: 'ice-servers';
  /** Its place in the session, 1 for the first; strictly increasing. (from 1) */
  seq: number;
  /** May be empty: then peers meet only where no server is needed */
  servers: IceServer[];
  /** How long the credentials are good, at least 1 (s, from 1) */
  ttl: number;
}

/** The client's token ends soon: the session ends with it, unless an `auth` brings a newer one. */
export interface ServerExpiring {
  t: 'expiring';
  /** How long until the session ends (ms) */
  in: number;
}

/** The last message before the server closes. */
export interface ServerBye {
  t: 'bye';
  /** The close code that follows: the number of a `CloseCode`, or one that this version does not know */
  code: number;
  /** What to do next */
  advice: Advice;
  /** How long to wait before connecting again (ms) */
  after: number;
  /** The WebSocket to connect to; absent for the one that the client has */
  url?: string;
}

/** Asks for a pong with the same number. */
export interface ServerPing {
  t: 'ping';
  /** Any number of the server's */
  ts: number;
}

/** Answers the client's ping with its number. */
export interface ServerPong {
  t: 'pong';
  /** The number of the ping */
  ts: number;
}

/** The session that a client wants back. */
export interface Resume {
  /** The session id of its welcome */
  sid: string;
  /** The resume secret of its latest welcome */
  secret: string;
  /** The epoch of its welcome: another server life has another one */
  epoch: string;
  /** The highest `seq` that the client has taken in */
  got: number;
  /**
   * The number of this attempt, higher than that of each one before at the same session, on whatever carrier: one that reaches the server behind a
   * later one is refused and changes nothing; left out by a client that does not count (from 1)
   */
  attempt?: number | null;
}

/** A session description on its way from one peer to another. The server relays it and reads nothing in it. */
export interface Description {
  /** What it is */
  type: SdpType;
  /** The SDP; empty for `rollback` */
  sdp: string;
}

/** One ICE candidate, in the words of WebRTC's `RTCIceCandidateInit`. The server relays it and reads nothing in it. */
export interface Candidate {
  /** The candidate attribute of RFC 8839 section 5.1 */
  candidate: string;
  /** The media section by name; null if not said */
  sdpMid?: string | null;
  /** The media section by index, 0 to 65535; null if not said (0 to 65535) */
  sdpMLineIndex?: number | null;
  /** The ICE username fragment that the candidate belongs to; null if not said */
  usernameFragment?: string | null;
}

/** How the server drives liveness. */
export interface Heartbeat {
  /** The time between two of its pings (ms, from 1) */
  every: number;
  /** The silence after which either side takes the connection for dead (ms, from 1) */
  dead: number;
}

/** What a client must stay under. */
export interface Limits {
  /** The longest message (bytes, from 1) */
  msg: number;
  /** How many messages it may send (per second, from 1) */
  rate: number;
  /** How much the server keeps for a client that does not read (bytes, from 1) */
  queue: number;
  /** How many rooms a session may be in (from 1) */
  rooms: number;
}

/** A STUN or TURN server for a peer, in the words of WebRTC's `RTCIceServer`. */
export interface IceServer {
  /** At least one `stun:`, `turn:` or `turns:` URI (RFC 7064, RFC 7065) */
  urls: string[];
  /** The TURN username; absent for STUN */
  username?: string;
  /** The TURN password; absent for STUN */
  credential?: string;
}

/** The ICE servers of one peer, and how long their credentials last. */
export interface IceServers {
  /** May be empty: then peers meet only where no server is needed */
  servers: IceServer[];
  /** How long the credentials are good, at least 1 (s, from 1) */
  ttl: number;
}

/** A peer of a room as another peer is told of it. */
export interface Peer {
  /** The peer's id, the same in every room of its session */
  id: string;
  /** What the peer calls itself; absent if it gave no name */
  name?: string;
  /** What else it said of itself */
  meta: Meta;
  /**
   * Whether the receiver of this message is the polite side of perfect negotiation towards this peer: of two peers the one that joined the room later
   * is polite
   */
  polite: boolean;
}

/**
 * The kind of a session description, as in WebRTC section 4.3.1 (a provisional answer is not carried).
 * - `offer`: Begins a negotiation.
 * - `answer`: Answers an offer.
 * - `rollback`: Takes an offer back; its SDP is empty.
 */
export type SdpType = 'offer' | 'answer' | 'rollback';

/**
 * What a peer may do in a room. There is none that may listen only: who sends media is said in SDP, which the server does not read.
 * - `peer`: Talks to the others.
 * - `moderator`: Sends others out and locks the room, too.
 */
export type Role = 'peer' | 'moderator';

/**
 * What happened to a peer of a room.
 * - `join`: The peer came into the room.
 * - `leave`: The peer is out of the room, for the reason that a `LeaveReason` names.
 * - `lost`: The connection of the peer is gone; it may come back within the resume window.
 * - `back`: The peer has resumed its session.
 * - `meta`: The name or meta of the peer changed.
 */
export type PeerEvent = 'join' | 'leave' | 'lost' | 'back' | 'meta';

/**
 * Why a peer is out of a room.
 * - `left`: It asked to leave.
 * - `closed`: It closed its connection on purpose, as a page does that is closed or reloaded.
 * - `timeout`: Its connection was lost and it did not come back within the resume window.
 * - `kicked`: A moderator sent it out.
 * - `expired`: Its token has ended, and no newer one came.
 * - `revoked`: Its permission was taken back, or its newer token does not allow this room.
 * - `node_lost`: The server that its session lived on is gone.
 */
export type LeaveReason = 'left' | 'closed' | 'timeout' | 'kicked' | 'expired' | 'revoked' | 'node_lost';

/**
 * What a client should do after the server has closed its connection.
 * - `resume`: Connect again and resume the session: nothing is lost.
 * - `reconnect`: Connect again as a new session.
 * - `stop`: Do not connect again without a person asking for it.
 */
export type Advice = 'resume' | 'reconnect' | 'stop';

/** What a peer says of itself beside its name: a JSON object that the server relays and does not read. */
export type Meta = Record<string, unknown>;

/** The codes of `err` that this version knows, by number. */
export interface ErrorNames {
  /** Not a message: broken JSON, not an object, no type, or over a bound of the codec. Mend the program that wrote it. */
  2400: 'bad_message';
  /** A message type or protocol version that this server does not know, or a binary frame. Do without it. */
  2401: 'unsupported';
  /** The sender is not in the room that the message names. Join it first. */
  2402: 'not_joined';
  /** The room holds as many peers as it may. Wait until somebody leaves, or take another room. */
  2403: 'room_full';
  /** No such peer shares the room; the same answer whether the peer exists elsewhere or not at all. Take it for gone. */
  2404: 'no_such_peer';
  /** The session is in as many rooms as it may be. Leave one first. */
  2405: 'too_many_rooms';
  /** A field is missing, has the wrong type, or a value that is not allowed. The error's `detail` names it. */
  2406: 'bad_field';
  /** The request id is lower than the ids whose answers are still remembered. Give a new request an id that is higher than all before. */
  2407: 'stale_id';
  /** The session is already in this room. Go on, or leave it first to join with another name. */
  2408: 'already_joined';
  /** A message arrived before `hello`. Say that first, and wait for the `welcome`. */
  2409: 'hello_expected';
  /** A second `hello` on one connection. Open another connection for another session. */
  2410: 'hello_repeated';
  /** What the sender was granted does not allow it; the same answer whether the room or peer is there or not. Get a token that does. */
  2411: 'not_allowed';
  /** A moderator has locked the room. Wait until it is opened again. */
  2412: 'room_locked';
  /** A message is well formed but longer than the server relays. Send less. */
  2413: 'too_large';
  /** A moderator has sent the sender out of the room not long ago. Stay away for a while. */
  2414: 'kicked';
  /** The token of an `auth` is not accepted, or is another user's; the session goes on with the last one. Get another token. */
  2415: 'bad_token';
  /** Too many messages. Wait for `after` and send it again, with a new id. */
  2429: 'rate_limited';
  /** The server holds as many rooms or sessions as it may, or too many clients come in at once. Wait for `after` and send it again, with a new id. */
  2450: 'server_busy';
  /** Nobody can tell now whether the token of an `auth` is good. Wait for `after` and send it again, with a new id. */
  2451: 'auth_unavailable';
  /** The room is on another server that cannot be reached now, or too much waits for it. Wait for `after` and send it again, with a new id. */
  2452: 'unavailable';
  /** A fault of the server. Wait for `after` and send it again, with a new id; if it stays, tell the operator. */
  2499: 'internal';
}

export type ErrorCode = keyof ErrorNames;
export type ErrorName = ErrorNames[ErrorCode];

/** The codes of `bye` that this version knows, by number. */
export interface CloseNames {
  /**
   * No `hello` in time; which session the client has is not known, so that it may still ask for it. Connect again and resume the session: nothing is
   * lost.
   */
  4400: 'hello_timeout';
  /** The client does not read what it is sent; the session is kept and can be resumed. Connect again and resume the session: nothing is lost. */
  4408: 'slow';
  /**
   * A later `hello` of the same client, by its `attempt`, has come before this one; the session is where that one is. Connect again and resume the
   * session: nothing is lost.
   */
  4409: 'overtaken';
  /** Too many frames or messages, beyond what `rate_limited` errors could stop. Connect again and resume the session: nothing is lost. */
  4429: 'flood';
  /** Nothing was heard from the client for the time that the welcome names as `hb.dead`. Connect again and resume the session: nothing is lost. */
  4430: 'heartbeat_lost';
  /** The server stops; its sessions end. Connect again as a new session. */
  4431: 'going_away';
  /** The server stops, and another one goes on with its sessions. Connect again and resume the session: nothing is lost. */
  4432: 'draining';
  /**
   * Nobody can tell now whether the client's token is good; the session, if there is one, is kept. Connect again and resume the session: nothing is
   * lost.
   */
  4440: 'auth_unavailable';
  /** The session is on another server and could not be had from there yet; it is kept. Connect again and resume the session: nothing is lost. */
  4441: 'session_elsewhere';
  /** Not allowed in, or the token has ended and no newer one came. Do not connect again without a person asking for it. */
  4501: 'unauthorized';
  /** Another connection has resumed this session. Do not connect again without a person asking for it. */
  4502: 'replaced';
  /** The permission of this client's user was taken back. Do not connect again without a person asking for it. */
  4503: 'revoked';
}

export type CloseCode = keyof CloseNames;
export type CloseName = CloseNames[CloseCode];
