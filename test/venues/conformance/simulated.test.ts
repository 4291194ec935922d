import { instrument } from '../../../src/domain/instrument.js';
import { simulatedUnderTest } from './simulated-under-test.js';
import { venueConformance } from './venue-conformance.js';

const X = instrument({
  ...{ venue: 'simulated', symbol: 'X', kind: 'spot', base: 'X', quote: 'USD', tick: '1', lot: '1' },
});

venueConformance('the simulated venue', async () => simulatedUnderTest(X, { restingPrice: 1_000, lots: 20 }));
