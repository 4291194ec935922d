import { venueConformance } from '../conformance/venue-conformance.js';
import { coinbaseUnderTest } from './coinbase-under-test.js';

venueConformance('coinbase', coinbaseUnderTest);
