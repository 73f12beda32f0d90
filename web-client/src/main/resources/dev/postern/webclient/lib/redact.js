/** Field names whose values give access to something. */
const SECRET_FIELDS = new Set(['secret', 'credential', 'username', 'token', 'password']);

const HIDDEN = '(hidden)';

/**
 * A deep copy of a signaling message that is safe to show, log or export: resume secrets, tokens and TURN credentials are replaced, and
 * so are the ICE passwords inside SDP.
 *
 * @param {any} value
 * @param {string} [field] the name under which the value was found
 * @returns {any}
 */
export function redact(value, field = '') {
  if (value === null || value === undefined) return value;
  if (SECRET_FIELDS.has(field)) return HIDDEN;
  // In hello, `resume` is an object with its own secret; in welcome it is the secret itself.
  if (field === 'resume' && typeof value === 'string') return HIDDEN;
  if (field === 'sdp' && typeof value === 'string') return value.replace(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${HIDDEN}`);
  if (Array.isArray(value)) return value.map((item) => redact(item));
  if (typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redact(item, key)]));
  }
  return value;
}
