import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redaction } from '../../src/logging/redact.js';

const clean = redaction();

/** What keys and passwords are made of: no word of a line, and no white space. */
const secret = fc
  .string({
    unit: fc.constantFrom(...'ABCDEFGHJKLMNPQRSTUVWXYZ23456789+/_-%!*.'),
    minLength: 12,
    maxLength: 64,
  })
  .map((text) => `Zq${text}`);

const SOH = '\u0001';

/** Where a secret stands in the texts of venues, queues and HTTP clients. */
const PLACES: readonly ((secret: string) => string)[] = [
  (s) => `the request api_key=${s}&recvWindow=5000 failed`,
  (s) =>
    `GET https://api.example.org/v3/order?symbol=BTCUSDT&timestamp=1&signature=${encodeURIComponent(s)} 401`,
  (s) => `{"apiKey":"${s}","symbol":"BTCUSDT"}`,
  (s) => `{"passphrase": "${s}" }`,
  (s) => JSON.stringify({ body: JSON.stringify({ secret: s }) }),
  (s) => `X-MBX-APIKEY: ${s}`,
  (s) => `CB-ACCESS-SIGN: ${s}\nCB-ACCESS-TIMESTAMP: 1`,
  (s) => `Authorization: Bearer ${s}`,
  (s) => `headers {"authorization":"Basic ${s}"}`,
  (s) => `Cookie: session=${s}; theme=dark`,
  (s) => `connecting to redis://desk:${encodeURIComponent(s)}@localhost:6379/0`,
  (s) => `password '${s}' is wrong: password: '${s}'`.replace(`'${s}' is wrong: `, ''),
  (s) => `listenKey=${s}`,
  (s) => `private-key = "${s}"`,
  (s) => `8=FIX.4.4${SOH}35=A${SOH}553=desk${SOH}554=${s}${SOH}10=000${SOH}`,
  (s) => `8=FIX.4.4|35=A|95=20|96=${s}|10=000|`,
  (s) => `logon 554=${s}`,
  (s) =>
    `eyJhbGciOiJFUzI1NiJ9.eyJ${s.replace(/[^A-Za-z0-9_-]/g, 'x')}.sIg${s.replace(/[^A-Za-z0-9_-]/g, 'x')}`,
  (s) => `-----BEGIN EC PRIVATE KEY-----\n${s}\n-----END EC PRIVATE KEY-----`,
  (s) => `-----BEGIN PRIVATE KEY-----\n${s}`,
];

describe('redaction', () => {
  test('takes out every secret that its place gives away', () => {
    fc.assert(
      fc.property(secret, fc.constantFrom(...PLACES), fc.lorem(), (planted, place, words) => {
        const text = `${words}: ${place(planted)}`;
        const said = clean(text);
        // No piece of it of eight characters comes through either.
        const form = planted.replace(/[^A-Za-z0-9_-]/g, 'x');
        for (const piece of [planted, encodeURIComponent(planted), form])
          for (let at = 0; at + 8 <= piece.length; at++) expect(said).not.toContain(piece.slice(at, at + 8));
        expect(said).toContain(words);
      }),
      { numRuns: 300 },
    );
  });

  test('takes out a known secret wherever it stands, in whatever form', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 4, maxLength: 40 }),
        fc.string(),
        fc.string(),
        (known, before, behind) => {
          fc.pre(!'[redacted] …'.includes(known));
          const hide = redaction([known]);
          for (const form of [known, encodeURIComponent(known), JSON.stringify(known).slice(1, -1)])
            expect(hide(`${before} ${form} ${behind}`)).not.toContain(known);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('never lets a secret through that a cut goes through', () => {
    fc.assert(
      fc.property(fc.nat(400), (less) => {
        const secretive = 'Zq0123456789abcdefghijkl'.repeat(20);
        const jwt = `eyJhbGciOiJFUzI1NiJ9.${secretive}.${secretive}`;
        for (const length of [2_000, 8_192])
          expect(clean(`${'a '.repeat((length - less) / 2)}${jwt}`)).not.toContain('Zq01234');
      }),
      { numRuns: 30 },
    );
  });

  test('leaves the words of a desk as they are', () => {
    for (const text of [
      'order d-1-1 filled: buy 0.5 at 101.25',
      'signal: cross 0.8 of binance:BTCUSDT; signals: 3',
      'maxPosition: the position could become 3 BTC, beyond the limit of 2',
      'binance market is down: closed with 1006 at 2026-01-01T00:00:00.000Z',
      'quantity 196=5, tag 1554=7 and price 0.96=a',
      '',
    ])
      expect(clean(text)).toBe(text);
  });

  test('is done in a moment with texts made to be slow', () => {
    for (const unit of ['a', 'eyJ', 'secret', '"', '\\"', 'key-', '://', '96', '-----BEGIN ', 'token ']) {
      const began = process.cpuUsage();
      clean(unit.repeat(100_000));
      const { user, system } = process.cpuUsage(began);
      expect((user + system) / 1_000, unit).toBeLessThan(500);
    }
  });
});
