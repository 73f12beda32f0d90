import { byId, setText } from './dom.js';
import { setIcon } from './icons.js';
import { device } from './storage.js';

const KEY = 'postern.theme';
/** @type {[string, string, string][]} theme, icon, word */
const THEMES = [
  ['auto', 'auto', 'Auto'],
  ['light', 'sun', 'Light'],
  ['dark', 'moon', 'Dark'],
];

/** The button that goes through system, light and dark. */
export function themeSwitch() {
  const button = byId('theme', HTMLButtonElement);
  let current = Math.max(0, THEMES.findIndex(([theme]) => theme === device.read(KEY)));
  const show = () => {
    const [theme, icon, word] = THEMES[current];
    if (theme === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    setIcon(button, icon);
    const text = button.querySelector('span');
    if (text) setText(text, word);
    button.setAttribute('aria-label', `Theme: ${word.toLowerCase()}. Change it`);
  };
  button.addEventListener('click', () => {
    current = (current + 1) % THEMES.length;
    device.write(KEY, current === 0 ? null : THEMES[current][0]);
    show();
  });
  show();
}
