/** What stands where a secret stood. */
const GONE = '[redacted]';

/** Text beyond this is not looked at, and not written. */
const LONGEST_LOOKED_AT = 8_192;

/** The most of a text that is written. */
const LONGEST = 2_000;

/** A name with one of these in it makes its value a secret. */
const NAMES =
  'api[-_ ]?key|access[-_ ]?key|listen[-_ ]?key|private[-_ ]?key|secret|signature|sign(?!al)|token|jwt|password|passwd|passphrase|pwd|credential|rawdata';

/** A value in quotes, in quotes within a text of JSON, or up to a space or the next parameter: too much rather than too little. */
const VALUE = String.raw`(?:\\"[\s\S]*?(?:\\"|$)|"(?:[^"\\]|\\[\s\S])*(?:"|$)|'[^']*(?:'|$)|[^\s&]+)`;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // Private keys in the armour of PEM, whole or cut off.
  [/-----BEGIN [A-Z0-9 ]{0,40}KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}KEY-----|$)/g, GONE],
  // FIX: RawData may hold anything, also what parts fields; passwords end with their field.
  [/(?<before>^|[^\w.])96=[\s\S]*$/, `$<before>96=${GONE}`],
  [/(^|[^\w.])(554|925|1402|1404)=[^\p{Cc}|]*/gu, `$1$2=${GONE}`],
  // Headers: all of the line.
  [/\b((?:set-)?cookie|(?:proxy-)?authorization)(\\?["']?\s{0,5}[:=])[^\r\n]+/gi, `$1$2 ${GONE}`],
  [/\b(bearer|basic|digest|hmac)(\s{1,5})[^\s,;"']+/gi, `$1$2${GONE}`],
  // JSON Web Tokens: parts of base64url, the first begins with `{"`.
  [/eyJ[\w-]*(?:\.[\w-]*){0,4}/g, GONE],
  // User and password in an address.
  [/:\/\/[^\s/"']*@/g, `://${GONE}@`],
  // name=value, name: value, "name": "value", and the same escaped in a text of JSON.
  [new RegExp(String.raw`((?:${NAMES})[\w-]{0,40}\\?["']?\s{0,5}[:=]\s{0,5})${VALUE}`, 'gi'), `$1${GONE}`],
];

/**
 * Takes secrets out of texts: what a name marks as one (keys, signatures, tokens, passwords), what looks like one (JWT, PEM, FIX tags 96
 * and 554, authorization headers, passwords in addresses), and values that are known to be secret, wherever they stand.
 *
 * @param secrets values that must never be written; those below 4 characters would blank out half of every line, and are refused
 * @example
 * redaction(['hunter22'])('sign=abc of hunter22'); // 'sign=[redacted] of [redacted]'
 */
export function redaction(secrets: readonly string[] = []): (text: string) => string {
  const known = [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => {
    const whole = text.length <= LONGEST_LOOKED_AT;
    let clean = whole ? text : text.slice(0, LONGEST_LOOKED_AT);
    for (const secret of known) clean = clean.replaceAll(secret, GONE);
    for (const [pattern, replacement] of PATTERNS) clean = clean.replace(pattern, replacement);
    if (whole && clean.length <= LONGEST) return clean;
    const kept = clean.slice(0, LONGEST);
    // A secret that the cut went through is not whole, so that nothing has known it: the last word goes too.
    return clean.length > LONGEST ? `${kept} …` : `${kept.replace(/\S*$/, '')} …`;
  };
}

/** A secret as it may stand in a text: as it is, in an address, in JSON. */
const formsOf = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
];
