export type { BarDefinition } from './bar-definition.js';
export { bars } from './bars.js';
export { type BarFields, barEvent, type ClosedBar, type PlainBar } from './closed-bar.js';
export { type ImbalanceBarOptions, imbalanceBars } from './imbalance-bars.js';
export type { BarSource } from './print.js';
export {
  type NotionalBarOptions,
  notionalBars,
  type TickBarOptions,
  tickBars,
  type VolumeBarOptions,
  volumeBars,
} from './quantity-bars.js';
export { type ResampleOptions, resample, type TimeBarOptions, timeBars } from './time-bars.js';
