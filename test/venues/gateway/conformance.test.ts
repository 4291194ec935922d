import { venueConformance } from '../conformance/venue-conformance.js';
import { gatewayUnderTest } from './gateway-under-test.js';

venueConformance('a gateway to an engine over ZeroMQ', () => gatewayUnderTest());
