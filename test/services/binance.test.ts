import { binanceUnderTest } from '../venues/binance/binance-under-test.js';
import { venueConformance } from '../venues/conformance/venue-conformance.js';

venueConformance('binance spot by REST', () => binanceUnderTest('spot', { orderEntry: 'rest' }));
venueConformance('binance USD-M by WebSocket', () => binanceUnderTest('usdm'));
venueConformance('binance USD-M by REST', () => binanceUnderTest('usdm', { orderEntry: 'rest' }));
