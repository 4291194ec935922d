import type { VenueCapabilities } from '../domain/venue-capabilities.js';
import type { Driver } from './driver.js';
import type { PartDetails } from './stage.js';

/**
 * What stages were told that venues can do, and the venues' drivers say that they cannot. A capability that nobody relies on
 * is no difference.
 */
export function unmetAssumptions(
  parts: readonly Pick<PartDetails, 'name' | 'assumes'>[],
  drivers: readonly Pick<Driver, 'venue'>[],
): readonly { readonly stage: string; readonly message: string }[] {
  const unmet: { stage: string; message: string }[] = [];
  for (const { name: stage, assumes } of parts) {
    for (const { venue } of drivers) {
      const assumed = venue === undefined ? undefined : assumes?.[venue.name];
      if (venue === undefined || assumed === undefined) continue;
      for (const what of differences(assumed, venue.capabilities))
        unmet.push({ stage, message: `${stage} was told that ${venue.name} ${what}` });
    }
  }
  return unmet;
}

function differences(assumed: VenueCapabilities, actual: VenueCapabilities): readonly string[] {
  const { requestExpiry: wanted = 0 } = assumed;
  const { requestExpiry: expires = 0 } = actual;
  const found: string[] = [];
  if (assumed.nativeReplace === true && actual.nativeReplace !== true)
    found.push('replaces orders by one request, and it does not');
  if (assumed.idempotent === true && actual.idempotent !== true)
    found.push('takes a client order id once, and it does not');
  if (wanted > 0 && expires === 0)
    found.push(`refuses requests after ${wanted} ms, and it takes them at any time`);
  else if (wanted > 0 && expires > wanted)
    found.push(`refuses requests after ${wanted} ms, and it takes them for ${expires} ms`);
  return found;
}
