import { integerAtLeast, knownKeys, refuse } from '../../domain/check.js';

/** Whether the process is alive: what `/healthz` answers. Not alive means: restart me. */
export interface Health {
  readonly alive: boolean;
  /** Why not; shown to people. */
  readonly reason?: string;
}

/** Whether the process does its work: what `/readyz` answers, in full. Not ready means: do not count on me yet. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason?: string;
  /** Whatever an operator wants to see: role, lag, links to venues. Plain data. */
  readonly details?: object;
}

/** What a scrape gets. */
export interface MetricsPage {
  /** Such as `text/plain; version=0.0.4; charset=utf-8`. */
  readonly contentType: string;
  readonly body: string;
}

/** What the endpoints of a process are. */
export interface EndpointOptions {
  /** 0 to 65535; 0 takes a free one. */
  readonly port: number;
  /** Another address than loopback opens the endpoints to the network: then give a token, or a firewall. @default "127.0.0.1" */
  readonly host?: string;
  /** Whoever asks must send it, as `Authorization: Bearer TOKEN`. At least 16 characters. @default no token */
  readonly token?: string;
  /** Lets `/healthz` and `/readyz` be asked without the token, for probes that cannot send one. @default false */
  readonly openProbes?: boolean;
  readonly health: () => Health;
  readonly readiness: () => Readiness;
  /** Without it `/metrics` does not exist. */
  readonly metrics?: () => MetricsPage | Promise<MetricsPage>;
}

const KEYS: readonly (keyof EndpointOptions)[] = [
  'port',
  'host',
  'token',
  'openProbes',
  'health',
  'readiness',
  'metrics',
];

/** @throws ConfigurationError naming the setting, the value and what would be right; never the token */
export function checkEndpointOptions(options: EndpointOptions): void {
  knownKeys('endpoints', options, KEYS);
  const { port, host, token, openProbes } = options;
  if (integerAtLeast('endpoints.port', port, 0) > 65_535)
    refuse('endpoints.port', 'a port from 0 to 65535', port);
  if (host !== undefined && (typeof host !== 'string' || host.length === 0))
    refuse('endpoints.host', 'an address or a host name', host);
  if (token !== undefined && (typeof token !== 'string' || !/^[\x21-\x7e]{16,}$/.test(token)))
    refuse('endpoints.token', 'at least 16 printable characters without spaces', '(not shown)');
  if (openProbes !== undefined && typeof openProbes !== 'boolean')
    refuse('endpoints.openProbes', 'true or false', openProbes);
  for (const name of ['health', 'readiness'] as const) {
    if (typeof options[name] !== 'function') refuse(`endpoints.${name}`, 'a function', options[name]);
  }
  if (options.metrics !== undefined && typeof options.metrics !== 'function')
    refuse('endpoints.metrics', 'a function', options.metrics);
}
