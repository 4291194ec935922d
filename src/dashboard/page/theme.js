import { byId, setText } from './dom.js';

const THEMES = /** @type {const} */ (['auto', 'light', 'dark']);
const THEME_WORDS = { auto: '◐ Theme: auto', light: '○ Theme: light', dark: '● Theme: dark' };
const THEME_PLACE = 'millrace theme';

/** Storage may be forbidden; then the choice lasts as long as the page. @returns {(typeof THEMES)[number]} */
function storedTheme() {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(THEME_PLACE)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

/** Lets people choose between the themes; `changed` is called whenever colours are other ones. @param {() => void} changed */
export function startTheme(changed) {
  let theme = storedTheme();
  const button = byId('theme');
  const show = () => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    setText(button, THEME_WORDS[theme]);
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    try {
      localStorage.setItem(THEME_PLACE, theme);
    } catch {}
    show();
    changed();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  show();
}

/** A colour of the theme in force. @param {string} name */
export const colorOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
