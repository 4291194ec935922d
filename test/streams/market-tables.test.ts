import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openRecording } from '../../src/streams/readers/open-recording.js';
import { describeWithData } from '../shared-data.js';
import { countKinds } from './support.js';

describeWithData('x', (data) => {
  const files = ['cme', 'coinbase', 'crossvenue_202303', 'crossvenue_20221213', 'ohlcv'].flatMap((folder) =>
    readdirSync(data(folder)).filter((name) => /csv.gz$/.test(name)).map((name) => `${folder}/${name}`),
  );
  it.each(files)('%s', async (file) => {
    const { sources: [source] } = await openRecording(data(file));
    console.log(file, source?.instruments.map((i) => i.id), await countKinds(source as never));
  });
});
