/** Metadata of a Databento file of CME with one contract, `ESU4` under the number 118. */
export function metadata(version: number, schema: number, symbol = 'ESU4'): Buffer {
  const symbolBytes = version === 1 ? 22 : 71;
  const fixed = Buffer.alloc(100);
  fixed.write('GLBX.MDP3', 0);
  fixed.writeUInt16LE(schema, 16);
  fixed.writeBigUInt64LE(1_719_878_280_000_000_000n, 18);
  if (version === 1) fixed.writeUInt8(1, 50);
  else {
    fixed.writeUInt8(1, 42);
    fixed.writeUInt16LE(symbolBytes, 45);
  }
  const name = (text: string): Buffer => {
    const bytes = Buffer.alloc(symbolBytes);
    bytes.write(text);
    return bytes;
  };
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const mapping = [name(symbol), number(1), number(20_240_630), number(20_240_703), name('118')];
  const symbols = [number(1), name(symbol), number(0), number(0), number(1), ...mapping];
  const rest = Buffer.concat([fixed, number(0), ...symbols]);
  return Buffer.concat([Buffer.from('DBN'), Buffer.from([version]), number(rest.length), rest]);
}

/** A record of so many bytes, with fields at their places: bytes, characters, or integers of 2, 4 and 8 bytes. */
export function record(
  type: number,
  length: number,
  fields: readonly (readonly [at: number, bytes: 1 | 2 | 4 | 8, value: number | bigint | string])[],
): Buffer {
  const bytes = Buffer.alloc(length);
  bytes[0] = length / 4;
  bytes[1] = type;
  bytes.writeUInt32LE(118, 4);
  bytes.writeBigUInt64LE(1_719_878_281_000_000_000n, 8);
  for (const [at, size, value] of fields) {
    if (typeof value === 'string') bytes.write(value, at, 'latin1');
    else if (size === 8) bytes.writeBigInt64LE(BigInt(value), at);
    else bytes.writeUIntLE(Number(value), at, size);
  }
  return bytes;
}

/** A trade at a price in units of 1e-9. */
export const tradeRecord = (price: bigint, size = 3): Buffer =>
  record(0, 48, [
    [16, 8, price],
    [24, 4, size],
    [28, 1, 'T'],
    [29, 1, 'A'],
    [32, 8, 1_719_878_281_500_000_000n],
    [44, 4, 77],
  ]);
