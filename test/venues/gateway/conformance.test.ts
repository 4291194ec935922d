import { venueConformance } from '../conformance/venue-conformance.js';
import { gatewayUnderTest } from './gateway-under-test.js';

venueConformance('a gateway to an engine over ZeroMQ', () => gatewayUnderTest());

venueConformance('a gateway to an engine that tells the market too, within a rate limit', () =>
  gatewayUnderTest(
    {},
    {
      marketData: true,
      limits: [
        { name: 'requests', limit: 1_000, per: 1_000 },
        { name: 'orders', limit: 500, per: 1_000 },
      ],
    },
  ),
);
