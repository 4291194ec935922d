import { venueConformance } from '../conformance/venue-conformance.js';
import { startGateway } from './under-test.js';

for (const version of ['FIX.4.2', 'FIX.4.4'] as const)
  venueConformance(`CME through a gateway of ${version}`, () => startGateway(version));
