/**
 * @param {number} bitsPerSecond
 * @returns {string} such as `1.4 Mbit/s`
 */
export function bitRate(bitsPerSecond) {
  if (bitsPerSecond >= 999_500) return `${(bitsPerSecond / 1e6).toFixed(bitsPerSecond >= 99.5e6 ? 0 : 1)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1000)} kbit/s`;
}

/**
 * @param {number} count
 * @returns {string} such as `10.5 MB`
 */
export function bytes(count) {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} GB`;
  if (count >= 1e6) return `${(count / 1e6).toFixed(1)} MB`;
  if (count >= 1e3) return `${(count / 1e3).toFixed(1)} kB`;
  return `${count} bytes`;
}

/**
 * @param {number | null | undefined} ms
 * @returns {string} such as `0.4 ms`, `12 ms`, `1.6 s`
 */
export function millis(ms) {
  if (ms === null || ms === undefined) return '–';
  if (ms >= 9_950) return `${Math.round(ms / 1000)} s`;
  if (ms >= 999.5) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 9.95 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}

/**
 * @param {number} at milliseconds since the epoch
 * @returns {string} `14:03:09`
 */
export function clock(at) {
  return new Date(at).toTimeString().slice(0, 8);
}

/**
 * @param {{address: string, port: number, protocol: string} | null} candidate
 * @returns {string}
 */
export function endpoint(candidate) {
  if (!candidate) return '–';
  const { address, port, protocol } = candidate;
  // RFC 6544, 4.5: an active TCP candidate opens connections and has no port of its own; 9 stands for that.
  const suffix = protocol === 'tcp' && port === 9 ? ' (opens only)' : `:${port}`;
  if (!address || address.endsWith('.local')) return `(hidden)${suffix}`;
  return (address.includes(':') ? `[${address}]` : address) + suffix;
}
