/**
 * Listens to custom events of something that may be replaced by another of its kind: what an old one still says is not heard.
 *
 * @param {EventTarget} source
 * @param {() => boolean} isCurrent
 * @param {Record<string, (detail: any) => void>} listeners by event type
 */
export function listenWhile(source, isCurrent, listeners) {
  for (const [type, listener] of Object.entries(listeners)) {
    source.addEventListener(type, (event) => {
      if (isCurrent()) listener(/** @type {CustomEvent} */ (event).detail);
    });
  }
}
