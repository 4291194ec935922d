const TOKEN_PLACE = 'millrace token';

/** Storage may be forbidden; then the token lasts as long as the page. @param {string} given */
function storeToken(given) {
  try {
    if (given === '') sessionStorage.removeItem(TOKEN_PLACE);
    else sessionStorage.setItem(TOKEN_PLACE, given);
  } catch {}
}

/** The token that the address handed over behind its `#`, which browsers send to nobody; then the address forgets it. */
function takeToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given !== null) {
    history.replaceState(null, '', location.pathname);
    storeToken(given);
    return given;
  }
  try {
    return sessionStorage.getItem(TOKEN_PLACE) ?? '';
  } catch {
    return '';
  }
}

let token = takeToken();

/** The token, or an empty text. */
export const currentToken = () => token;

/** Keeps it for as long as this tab is open. @param {string} given */
export function keepToken(given) {
  token = given;
  storeToken(given);
}

/** @returns {Record<string, string>} */
export const authorization = () => (token === '' ? {} : { authorization: `Bearer ${token}` });
