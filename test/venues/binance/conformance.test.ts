import { venueConformance } from '../conformance/venue-conformance.js';
import { binanceUnderTest } from './binance-under-test.js';

// By REST, and of USD-M: test/services.
venueConformance('binance spot by WebSocket', () => binanceUnderTest('spot'));
