import { count, length, moment } from './numbers.js';
import { type Paint, type Paper, paintFor } from './paint.js';
import {
  curveSection,
  denialSection,
  faultSection,
  positionSection,
  profitSection,
  type Section,
  tradingSection,
  WIDTH,
} from './sections.js';
import { wrap } from './table.js';
import { eventsPerSecond, type Told, titleOf } from './told.js';

/** The report as people read it. */
export function textReport(told: Told, paper: Paper): string {
  const paint = paintFor(paper);
  const sections = [
    profitSection,
    curveSection,
    tradingSection,
    denialSection,
    positionSection,
    faultSection,
  ];
  const lines = [...header(told, paint), ...sections.flatMap((section) => spelled(section(told), paint))];
  return `${[...lines, '', ...footer(told, paint)].join('\n')}\n`;
}

function header(told: Told, paint: Paint): string[] {
  const { outcome, market, asset, sample } = told;
  const { firstTime, lastTime } = outcome.summary;
  const venues = [...new Set(market.instruments.map(({ venue }) => venue))];
  const what = `${asset} at ${venues.join(', ')}; prices sampled every ${length(sample)}`;
  return [
    paint('dim', '═'.repeat(WIDTH)),
    ...wrap('', titleOf(told), WIDTH).map((line) => paint('bold', line)),
    paint('dim', '═'.repeat(WIDTH)),
    `${moment(firstTime)} to ${moment(lastTime)} UTC (${length(lastTime - firstTime)})`,
    ...wrap('', what, WIDTH),
    ...(outcome.stopped ? [paint('yellow', 'stopped early: this is the report so far')] : []),
    ...told.notes.flatMap((note) => wrap('note: ', note, WIDTH)).map((line) => paint('yellow', line)),
  ];
}

function spelled({ title, lines }: Section, paint: Paint): string[] {
  const rule = '─'.repeat(Math.max(3, WIDTH - title.length - 1));
  const coloured = lines.map((line) =>
    // Gains and losses stand out where they are a column of their own.
    line.replace(/(?<= )[+-][\d,]+\.\d\d(?= |$|,)/g, (sum) =>
      paint(sum.startsWith('+') ? 'green' : 'red', sum),
    ),
  );
  return ['', `${paint('bold', title)} ${paint('dim', rule)}`, ...coloured];
}

function footer(told: Told, paint: Paint): string[] {
  const { outcome } = told;
  const { events, frames } = outcome.summary;
  return [
    paint('dim', '─'.repeat(WIDTH)),
    `${count(events)} events, ${count(frames)} frames in ${outcome.seconds.toFixed(1)} s: ${count(eventsPerSecond(told))} events/s`,
    `state hash ${outcome.stateHash}`,
  ];
}
