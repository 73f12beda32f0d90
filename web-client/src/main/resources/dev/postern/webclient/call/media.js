import { testPicture } from './test-picture.js';

/**
 * @typedef {import('./options.js').MediaKind} MediaKind
 * @typedef {{kind: MediaKind, stream: MediaStream | null, note: string}} Media `note` says why it is not what was asked for; empty if it is
 */

/** Whether this page may ask for a camera at all: browsers offer it on https and on this computer's own address. */
export function cameraOffered() {
  return Boolean(navigator.mediaDevices?.getUserMedia);
}

/** @returns {Promise<boolean>} whether the camera would start without a question */
export async function cameraAllowed() {
  if (!cameraOffered()) return false;
  try {
    const name = /** @type {PermissionName} */ ('camera');
    return (await navigator.permissions.query({ name })).state === 'granted';
  } catch {
    return false;
  }
}

/**
 * The picture and sound to send. A camera that cannot be had becomes the test picture, with the reason; a call without a camera is better
 * than no call.
 *
 * @param {MediaKind} kind
 * @param {string} name drawn into the test picture
 * @returns {Promise<Media>}
 */
export async function openMedia(kind, name) {
  if (kind === 'none') return { kind, stream: null, note: '' };
  if (kind === 'canvas') return { kind, stream: testPicture(name), note: '' };
  if (!cameraOffered()) return { kind: 'canvas', stream: testPicture(name), note: INSECURE };
  return openCamera(name);
}

/** @param {Media | null} media */
export function closeMedia(media) {
  for (const track of media?.stream?.getTracks() ?? []) track.stop();
}

const INSECURE = 'Browsers hand out the camera on https only, so the other side sees a test picture. Open this page over https to use the camera.';
const VIDEO = { width: { ideal: 1280 }, height: { ideal: 720 } };

/**
 * @param {string} name
 * @returns {Promise<Media>}
 */
async function openCamera(name) {
  try {
    return { kind: 'camera', stream: await navigator.mediaDevices.getUserMedia({ video: VIDEO, audio: true }), note: '' };
  } catch (error) {
    const reason = error instanceof DOMException ? error.name : '';
    if (reason === 'NotFoundError' || reason === 'NotReadableError') return openWhatIsThere(name, reason);
    return { kind: 'canvas', stream: testPicture(name), note: cameraSentence(reason) };
  }
}

/**
 * One of camera and microphone is missing or taken: use the other.
 *
 * @param {string} name
 * @param {string} reason
 * @returns {Promise<Media>}
 */
async function openWhatIsThere(name, reason) {
  const video = await navigator.mediaDevices.getUserMedia({ video: VIDEO }).catch(() => null);
  if (video) return { kind: 'camera', stream: video, note: 'No microphone could be opened, so the other side sees you but does not hear you.' };
  const stream = testPicture(name);
  const audio = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
  for (const track of audio?.getTracks() ?? []) stream.addTrack(track);
  return { kind: 'canvas', stream, note: cameraSentence(reason) };
}

/** @param {string} reason the name of the DOMException */
function cameraSentence(reason) {
  const instead = 'The other side sees a test picture.';
  switch (reason) {
    case 'NotAllowedError':
      return `The camera is not allowed for this page. ${instead} Allow it in the address bar, then reload, to be seen.`;
    case 'NotFoundError':
      return `No camera was found. ${instead}`;
    case 'NotReadableError':
      return `The camera is in use by another program. ${instead} Close that program and reload to be seen.`;
    default:
      return `The camera did not start${reason ? ` (${reason})` : ''}. ${instead}`;
  }
}
