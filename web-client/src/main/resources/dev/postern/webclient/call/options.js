import { device, tab } from '../shared/storage.js';

/** Crockford's base 32: no letter that is mistaken for another one. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const CODE_CHARS = 12;
const ROOM_KEY = 'postern.in-call';
const NAME_KEY = 'postern.name';
const MAX_NAME_CHARS = 40;
const MAX_ROOM_CHARS = 64;
/** @type {(import('../lib/carriers.js').CarrierName | 'auto')[]} */
const CARRIERS = ['auto', 'websocket', 'sse', 'long-poll'];

/**
 * @typedef {'camera' | 'canvas' | 'none'} MediaKind
 *
 * @typedef {object} CallOptions
 * @property {string} room
 * @property {string} name
 * @property {MediaKind | null} media null = the person chooses
 * @property {boolean} relayOnly
 * @property {boolean} autostart join without a click
 * @property {import('../lib/carriers.js').CarrierName | 'auto'} carrier what signaling goes over
 * @property {string} [token] what shows the server who we are; out of the fragment alone, and no longer in the address
 * @property {boolean} wrongTurnPassword spoil the TURN password, to see what that looks like
 */

/**
 * What the address of the page asks for; query and fragment count alike. A room that is missing is made and written into the fragment,
 * which servers do not see.
 *
 * `room`, `name`, `media=camera|canvas|none`, `relay=1`, `autostart=1`, `carrier=websocket|sse|long-poll`, `break=turn-password`
 *
 * `token` counts in the fragment alone, and is taken out of the address at once: a query is sent to the server and logged on the way, and the
 * address is what people copy.
 *
 * @returns {CallOptions}
 */
export function readOptions() {
  const wanted = new Map([...new URLSearchParams(location.search), ...new URLSearchParams(location.hash.slice(1))]);
  const room = wanted.get('room')?.trim().slice(0, MAX_ROOM_CHARS) || newRoom();
  const token = takeToken();
  if (!wanted.get('room')) rememberInAddress(room);
  const media = wanted.get('media');
  return {
    room,
    name: (wanted.get('name') ?? device.read(NAME_KEY) ?? '').slice(0, MAX_NAME_CHARS),
    media: media === 'camera' || media === 'canvas' || media === 'none' ? media : null,
    relayOnly: wanted.get('relay') === '1',
    autostart: wanted.get('autostart') === '1' || tab.read(ROOM_KEY) === room,
    carrier: CARRIERS.find((name) => name === wanted.get('carrier')) ?? 'auto',
    ...(token && { token }),
    wrongTurnPassword: wanted.get('break') === 'turn-password',
  };
}

/** @returns {string} a code with 60 random bits, such as `k7m2-9xqd-4wht`: whoever has it is let in, so it must not be guessed */
export function newRoom() {
  const chars = [...crypto.getRandomValues(new Uint8Array(CODE_CHARS))].map((byte) => ALPHABET[byte % ALPHABET.length]);
  return [0, 4, 8].map((at) => chars.slice(at, at + 4).join('')).join('-');
}

/**
 * @param {string} room
 * @returns {string} the link that leads somebody else into the room, without this page's other switches
 */
export function roomLink(room) {
  const url = new URL(location.href);
  url.search = '';
  url.hash = new URLSearchParams({ room }).toString();
  return url.href;
}

/**
 * A reload in the middle of a call comes back to it; one after hanging up does not.
 *
 * @param {string | null} room
 */
export function rememberCall(room) {
  tab.write(ROOM_KEY, room);
}

/** @param {string} name */
export function rememberName(name) {
  device.write(NAME_KEY, name || null);
}

/** @param {string} room */
function rememberInAddress(room) {
  const fragment = new URLSearchParams(location.hash.slice(1));
  fragment.set('room', room);
  writeFragment(fragment);
}

/** @returns {string} empty where the address has none */
function takeToken() {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const token = fragment.get('token')?.trim() ?? '';
  if (fragment.has('token')) {
    fragment.delete('token');
    writeFragment(fragment);
  }
  return token;
}

/** @param {URLSearchParams} fragment */
function writeFragment(fragment) {
  history.replaceState(null, '', `${location.pathname}${location.search}#${fragment}`);
}
