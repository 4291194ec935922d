const DIGITS = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Bytes as ZeroMQ writes keys (RFC 32): five digits of base 85 for four bytes. Their number is a multiple of 4. */
export function toZ85(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 4) {
    const value = view.getUint32(at);
    for (let power = 85 ** 4; power >= 1; power /= 85) text += DIGITS[Math.floor(value / power) % 85];
  }
  return text;
}

/** Bytes that a Z85 text stands for; `undefined` when it is none. */
export function fromZ85(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined;
  const bytes = new Uint8Array((text.length / 5) * 4);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at += 5) {
    let value = 0;
    for (const sign of text.slice(at, at + 5)) {
      const digit = DIGITS.indexOf(sign);
      if (digit < 0) return undefined;
      value = value * 85 + digit;
    }
    if (value > 0xffff_ffff) return undefined;
    view.setUint32((at / 5) * 4, value);
  }
  return bytes;
}
