export type { Damage } from './event-collector.js';
export { record } from './record.js';
export { type RecordingOptions, RecordingWriter } from './recording-writer.js';
export { type ReplayOptions, type ReplayProgress, replayEvents } from './replay-events.js';
export type { EventBatch, RecordingSource } from './source.js';
