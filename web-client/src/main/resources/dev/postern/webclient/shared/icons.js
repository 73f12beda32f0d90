const ICONS = 'img/icons.svg';

/**
 * Puts the symbols of `img/icons.svg` into the page, once: a reference to the file itself would be asked for again whenever an icon changes,
 * and find nothing while the server is away.
 */
export async function loadIcons() {
  const text = await (await fetch(ICONS)).text();
  const sprite = new DOMParser().parseFromString(text, 'image/svg+xml').documentElement;
  sprite.setAttribute('class', 'visually-hidden');
  sprite.setAttribute('aria-hidden', 'true');
  document.body.append(document.adoptNode(sprite));
}

/**
 * Shows another icon.
 *
 * @param {Element} holder of an `<svg class="icon">`
 * @param {string} name
 */
export function setIcon(holder, name) {
  holder.querySelector('use')?.setAttribute('href', `#icon-${name}`);
}
