import type { RecordingSource, RecordingWriter } from 'millrace/streams';

/** Writes every event of a source to a recording as it is played. */
export function recorded(source: RecordingSource, writer: RecordingWriter): RecordingSource {
  return {
    ...source,
    async *batches() {
      for await (const batch of source.batches()) {
        for (const timed of batch.events) writer.write(timed);
        yield batch;
      }
    },
  };
}
