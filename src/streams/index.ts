/**
 * Where events come from and go to: clocks, recordings and their readers, replay, the market simulator.
 *
 * @packageDocumentation
 */
export { liveClock } from './clocks/live-clock.js';
export { type ReplayClockOptions, type ReplayClockProgress, replayClock } from './clocks/replay-clock.js';
export * from './readers/index.js';
export * from './recording/index.js';
export { type BacktestOptions, backtest } from './replay/backtest.js';
export { MemoryJournal, recordingOf } from './replay/memory.js';
export { type ReenactOptions, reenact } from './replay/reenact.js';
export { events } from './replay/source-driver.js';
export * from './simulator/index.js';
