import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type MonoTypeOperatorFunction, tap } from 'rxjs';
import type { DashboardFrame } from '../dashboard-frame.js';
import { DeskModel } from '../model/desk-model.js';
import {
  type DashboardOptions,
  type DashboardSettings,
  dashboardSettings,
  type ShownDesk,
} from '../options.js';
import { type BuiltPage, buildPage } from '../page/build-page.js';
import type { DashboardHistory, DashboardView } from '../view.js';
import { carries, type Refusal, strangerOf } from './guard.js';
import { readControl } from './read-control.js';
import { Viewers } from './viewers.js';

/** The live page of a desk, served. */
export interface Dashboard {
  /** Where it listens: the port that was taken when 0 was asked for. */
  readonly port: number;
  /** Where a browser finds it. The token is not in it: append `#token=TOKEN` to hand it over, which never leaves the browser. */
  readonly url: string;
  /** Takes each frame that goes by: what a run needs, and a member of a pair does not. */
  tap<F extends DashboardFrame>(): MonoTypeOperatorFunction<F>;
  /** What the page shows now. */
  view(): DashboardView;
  /** What its charts show of the time before. */
  history(): DashboardHistory;
  /** Ends it, and every connection to it; the desk goes on. */
  close(): Promise<void>;
}

/** Histories are larger than pictures, and change slowly: one in so many. */
const HISTORY_EVERY = 10;

/** A page, its events and a word of control: small requests, at once. */
const LIMITS = {
  maxHeaderSize: 8_192,
  requestTimeout: 10_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 5_000,
};

/** Beside the viewers: connections that load the page or send a word. */
const SPARE_CONNECTIONS = 16;

const SAFE: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/**
 * Serves the live page of a desk by HTTP, on loopback unless told otherwise: prices, votes, orders, positions, profit, risk, links, and
 * a switch to kill and to resume.
 *
 * ```
 * frames    --f--f--f--f--f--      page.tap(): a few stores each
 * browser   p---h------s-----s     p: GET /, h: GET /events: all of it, s: a picture every half second
 * kill      ------------k----      POST /control with the token: a control event in the desk's log
 * ```
 *
 * A chain with `overview()` at its end shows its account and books. Kill and resume enter the desk as control events through its
 * sequencer: the journal and a mirror have them. Browsers never hold the desk up: who is slow misses pictures.
 *
 * @example
 * const core = compose({ instruments }, books(), ledger({ reportingCurrency: 'USD' }), overview());
 * const desk = run(core, { clock: liveClock(), drivers });
 * const page = await serveDashboard(desk, { instruments, port: 8_080, token: 'a-long-secret' });
 * desk.pipe(page.tap()).subscribe();
 * @throws ConfigurationError for options that cannot be, and where `uplot` or `lightweight-charts` is not installed; rejects when the
 * port is taken
 */
export async function serveDashboard(desk: ShownDesk, options: DashboardOptions): Promise<Dashboard> {
  const settings = dashboardSettings(options);
  const served = new Served(desk, settings, buildPage(settings.title));
  await served.listen();
  return served;
}

class Served implements Dashboard {
  readonly #desk: ShownDesk;
  readonly #settings: DashboardSettings;
  readonly #page: BuiltPage;
  readonly #model: DeskModel;
  readonly #viewers: Viewers;
  readonly #server: Server;
  /** Tells a page that the server behind it is another one. */
  readonly #id = randomBytes(6).toString('hex');
  #ended = false;
  #timer: NodeJS.Timeout | undefined;
  #pictures = 0;
  /** The place of the log that was shown last, and when it was first seen. */
  #seen = { seq: -1, at: 0 };

  constructor(desk: ShownDesk, settings: DashboardSettings, page: BuiltPage) {
    this.#desk = desk;
    this.#settings = settings;
    this.#page = page;
    this.#model = new DeskModel(settings.table, settings.candle);
    this.#viewers = new Viewers(settings.viewers, () => performance.now());
    this.#server = createServer(LIMITS, (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.maxConnections = settings.viewers + SPARE_CONNECTIONS;
    // A broken connection is its own matter.
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    const { host } = this.#settings;
    const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `http://${shown}:${this.port}/`;
  }

  tap<F extends DashboardFrame>(): MonoTypeOperatorFunction<F> {
    return tap<F>({
      next: (frame) => this.#take(frame),
      complete: () => this.#end(),
      error: () => this.#end(),
    });
  }

  view(): DashboardView {
    const { inbox, halted, report } = this.#desk;
    const { title, note, monitor } = this.#settings;
    const now = performance.now();
    if (this.#seen.seq !== this.#model.seq) this.#seen = { seq: this.#model.seq, at: now };
    return this.#model.view({
      title,
      note,
      server: this.#id,
      drawnUpAt: Date.now(),
      silentFor: now - this.#seen.at,
      inbox: inbox ?? { waiting: 0, merged: 0, refused: 0 },
      halted,
      pair:
        report === undefined
          ? null
          : {
              role: report.role,
              epoch: report.epoch,
              lag: report.lag,
              inSync: report.inSync,
              open: report.open,
              why: report.why,
            },
      monitor,
      ended: this.#ended,
    });
  }

  history(): DashboardHistory {
    return this.#model.history();
  }

  async listen(): Promise<void> {
    const { host, port } = this.#settings;
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'the port is taken; choose another, or 0' : error.message;
        reject(new Error(`the live page cannot listen on ${host}:${port}: ${why}`));
      });
      this.#server.listen(port, host, () => {
        this.#server.removeAllListeners('error');
        resolve();
      });
    });
    const { frames$ } = this.#desk;
    if (frames$ === undefined) return;
    const watching = frames$.pipe(this.tap()).subscribe({ error: () => undefined });
    this.#server.once('close', () => watching.unsubscribe());
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#viewers.closeAll();
      this.#server.closeAllConnections();
    });
  }

  /** A page is never a reason for a desk to stop. */
  #take(frame: DashboardFrame): void {
    try {
      this.#model.observe(frame);
    } catch (error) {
      this.#model.failed(messageOf(error));
    }
  }

  #end(): void {
    this.#ended = true;
    if (this.#viewers.count > 0) this.#draw();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const stranger = strangerOf(request, this.#settings.names);
    if (stranger !== undefined) return refuseWith(response, stranger);
    const [path] = (request.url ?? '').split('?', 1);
    const { method } = request;
    if (path === '/' && (method === 'GET' || method === 'HEAD')) return this.#sendPage(request, response);
    if (path === '/events' && method === 'GET') return this.#show(request, response);
    if (path === '/control' && method === 'POST') return this.#control(request, response);
    const there = path === '/' || path === '/events' || path === '/control';
    if (there) return refuseWith(response, { status: 405, error: 'not by this method' });
    send(response, 404, { error: 'there are /, /events and /control' });
  }

  /** The page tells nothing by itself: it is the same for everybody, and its policy lets nothing in but itself. */
  #sendPage({ method }: IncomingMessage, response: ServerResponse): void {
    const { html, policy } = this.#page;
    response.writeHead(200, {
      ...SAFE,
      'content-type': 'text/html; charset=utf-8',
      'content-length': Buffer.byteLength(html),
      'content-security-policy': policy,
    });
    response.end(method === 'HEAD' ? undefined : html);
  }

  #show(request: IncomingMessage, response: ServerResponse): void {
    const { token, readToken, every } = this.#settings;
    if (readToken !== undefined && !carries(request, [token, readToken])) {
      refuseWith(response, { status: 401, error: 'send a token to read' });
      return;
    }
    if (this.#viewers.full) {
      refuseWith(response, { status: 503, error: 'as many look on as may: close another page' });
      return;
    }
    response.writeHead(200, {
      ...SAFE,
      'content-type': 'text/event-stream; charset=utf-8',
      'x-accel-buffering': 'no',
    });
    request.socket.setNoDelay(true);
    this.#viewers.add(response, () => {
      if (this.#viewers.count > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
    // Whoever comes, or comes back, is told everything: nothing depends on what it missed.
    this.#viewers.tell(response, 'history', JSON.stringify(this.history()));
    this.#viewers.tell(response, 'view', JSON.stringify(this.view()));
    this.#timer ??= setInterval(() => this.#draw(), every);
  }

  #draw(): void {
    this.#pictures++;
    try {
      if (this.#pictures % HISTORY_EVERY === 0)
        this.#viewers.tellAll('history', JSON.stringify(this.history()));
      else this.#viewers.tellAll('view', JSON.stringify(this.view()));
    } catch (error) {
      process.emitWarning(`the live page could not be drawn: ${messageOf(error)}`);
    }
  }

  async #control(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!carries(request, [this.#settings.token]))
      return refuseWith(response, { status: 401, error: 'kill and resume ask for the token' });
    const asked = await readControl(request);
    if ('status' in asked) return refuseWith(response, asked);
    const unheard = this.#unheard();
    if (unheard !== undefined) return refuseWith(response, { status: 409, error: unheard });
    const { action, by, reason } = asked;
    this.#desk.control({ action, scope: 'desk', value: 0, by, reason });
    send(response, 202, { action, trading: this.#model.status });
    this.#draw();
  }

  /** Why the desk would not hear a word, or `undefined`. */
  #unheard(): string | undefined {
    if (this.#ended) return 'the run is over';
    const { report } = this.#desk;
    if (report === undefined || ['solo', 'admitting', 'paired', 'halted'].includes(report.role))
      return undefined;
    return `this member does not lead (${report.role}): tell the other one`;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const refuseWith = (response: ServerResponse, { status, error }: Refusal): void =>
  send(response, status, { error });

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = `${JSON.stringify(value)}\n`;
  response.writeHead(status, {
    ...SAFE,
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
    // What is left of a body is not waited for.
    ...(status >= 400 ? { connection: 'close' } : {}),
  });
  response.end(body);
}
