import type { ClientOrderId } from '../../domain/brand.js';
import { Chance, type ChanceState } from '../../domain/chance.js';
import type { ReportEvent } from '../../domain/event.js';
import { wholeMicroseconds } from '../../domain/latency-model.js';
import type { FaultKind, FaultSettings, ScriptedFault } from './fault-options.js';
import { orderIdOf, type VenueRequest } from './venue-request.js';

/** What goes wrong with a request. 0: no outage. */
export type RequestFaults = {
  readonly reject: boolean;
  readonly lost: boolean;
  readonly silent: boolean;
  readonly lateFill: boolean;
  readonly outage: number;
};

/** What goes wrong with a report, in milliseconds of delay; 0: nothing. */
export interface ReportFaults {
  readonly late: number;
  readonly reorder: number;
  readonly double: boolean;
  /** After how long an execution is told again. */
  readonly again: number;
}

export type PlanState = {
  readonly chance: ChanceState;
  readonly orders: number;
  readonly numbered: readonly (readonly [id: ClientOrderId, nth: number])[];
};

export const NO_REQUEST_FAULTS: RequestFaults = {
  reject: false,
  lost: false,
  silent: false,
  lateFill: false,
  outage: 0,
};

export const NO_REPORT_FAULTS: ReportFaults = { late: 0, reorder: 0, double: false, again: 0 };

/** Decides what goes wrong: by the script first, else by chance, in one fixed order of drawing. */
export class FaultPlan {
  readonly #settings: FaultSettings;
  readonly #chance: Chance;
  /** Orders that the script knows by their number, and no others. */
  readonly #numbered = new Map<ClientOrderId, number>();
  #orders = 0;

  constructor(settings: FaultSettings) {
    this.#settings = settings;
    this.#chance = new Chance(settings.seed, 'faults');
  }

  get timeout(): number {
    return this.#settings.timeout;
  }

  /** Outages that come at a time of their own. */
  outages(): readonly { readonly at: number; readonly lasts: number }[] {
    const { script, outage } = this.#settings;
    return script
      .filter(({ fault, order, nth }) => fault === 'disconnect' && order === undefined && nth === undefined)
      .map(({ from = 0, lasts = outage }) => ({ at: from, lasts }));
  }

  /** What goes wrong with a request; each one is drawn for, so that one fault does not move the others. */
  ofRequest(request: VenueRequest, now: number): RequestFaults {
    const { kind } = request;
    const id = orderIdOf(request);
    if (kind === 'submit') this.#count(request.order.clientOrderId);
    const { outage } = this.#settings;
    const happens = (fault: FaultKind, longest = 0) => this.#length(fault, id, now, longest, kind) > 0;
    return {
      reject: kind === 'submit' && happens('reject'),
      lost: happens('lostRequest'),
      silent: happens('lostReply'),
      lateFill: kind === 'cancel' && happens('fillAfterCancel'),
      outage: kind === 'submit' ? this.#length('disconnect', id, now, outage) : 0,
    };
  }

  ofReport(report: ReportEvent, now: number): ReportFaults {
    const { lateness } = this.#settings;
    const { clientOrderId: id, type } = report;
    const length = (fault: FaultKind) => this.#length(fault, id, now, lateness, undefined, type);
    return {
      late: length('late'),
      reorder: length('reorder'),
      double: length('double') > 0,
      again: type === 'fill' ? length('repeatedExecution') : 0,
    };
  }

  save(): PlanState {
    return { chance: this.#chance.save(), orders: this.#orders, numbered: [...this.#numbered] };
  }

  restore({ chance, orders, numbered }: PlanState): void {
    this.#chance.restore(chance);
    this.#orders = orders;
    for (const [id, nth] of numbered) this.#numbered.set(id, nth);
  }

  #count(id: ClientOrderId): void {
    this.#orders++;
    if (this.#settings.script.some(({ nth }) => nth === this.#orders)) this.#numbered.set(id, this.#orders);
  }

  /** Whether a fault happens (above 0), and how long it lasts. */
  #length(
    fault: FaultKind,
    id: ClientOrderId | undefined,
    now: number,
    longest: number,
    request?: VenueRequest['kind'],
    report?: ReportEvent['type'],
  ): number {
    const { script, chances, calmFrom } = this.#settings;
    const fits = (each: ScriptedFault) =>
      each.fault === fault &&
      (each.order === undefined || each.order === id) &&
      (each.nth === undefined || (id !== undefined && each.nth === this.#numbered.get(id))) &&
      (each.report === undefined || each.report === report) &&
      (!ofAnyRequest(fault) || (each.request ?? 'submit') === request) &&
      !(fault === 'disconnect' && each.order === undefined && each.nth === undefined) &&
      now >= (each.from ?? Number.NEGATIVE_INFINITY) &&
      now < (each.until ?? Number.POSITIVE_INFINITY);
    const scripted = script.find(fits);
    if (scripted !== undefined) return Math.max(LEAST, scripted.lasts ?? longest);
    if (now >= calmFrom || !this.#chance.happens(chances[fault] ?? 0)) return 0;
    return longest === 0 ? LEAST : Math.max(LEAST, wholeMicroseconds(longest * this.#chance.draw()));
  }
}

/** What happens lasts at least a microsecond. */
const LEAST = 0.001;

/** Faults that can happen to every kind of request. */
const ofAnyRequest = (fault: FaultKind): boolean => fault === 'lostRequest' || fault === 'lostReply';
