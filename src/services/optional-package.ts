import { ConfigurationError } from '../domain/errors.js';

/**
 * Loads a package that only some users need.
 *
 * @throws ConfigurationError naming the package to install
 * @example
 * const { createClient } = await optionalPackage('redis', 'redisRegister', () => import('redis'));
 */
export async function optionalPackage<T>(name: string, user: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new ConfigurationError(
      `${user} needs the package "${name}", which is not installed: npm install ${name}`,
    );
  }
}
