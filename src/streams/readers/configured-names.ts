import { type Fields, listField, objectField, textField } from './fields.js';

/** The names that a recording's header asked for, such as `BTC-USD` or `BTC-USDT-PERP`, each once. */
export function configuredNames(header: Fields): string[] {
  const config = objectField(header['config'], 'config');
  const names = Object.values(config).flatMap((list) =>
    listField(list, 'config').map((name) => textField(name, 'config')),
  );
  return [...new Set(names)];
}
