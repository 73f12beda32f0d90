/** Small things that a page remembers. Browsers may forbid storage; then nothing is remembered and nothing breaks. Never for a secret. */

/**
 * @param {() => Storage} storage
 * @param {string} key
 */
function read(storage, key) {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

/**
 * @param {() => Storage} storage
 * @param {string} key
 * @param {string | null} value
 */
function write(storage, key, value) {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // Not remembered.
  }
}

const local = () => localStorage;
const session = () => sessionStorage;

/** Across visits. */
export const device = {
  read: (/** @type {string} */ key) => read(local, key),
  write: (/** @type {string} */ key, /** @type {string | null} */ value) => write(local, key, value),
};

/** In this tab, across reloads. */
export const tab = {
  read: (/** @type {string} */ key) => read(session, key),
  write: (/** @type {string} */ key, /** @type {string | null} */ value) => write(session, key, value),
};
