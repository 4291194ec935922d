import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { LOG_FIELDS } from '../../src/logging/index.js';
import { ECS_FIELDS } from '../../src/logging/log-fields.js';

const TEMPLATE = 'deploy/elasticsearch/millrace-logs.template.json';
const SAMPLE = 'deploy/elasticsearch/millrace-logs.sample.ndjson';

/** The index template that belongs to the table of fields. */
function template(): object {
  const properties: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(LOG_FIELDS)) {
    let at = properties;
    const path = name.split('.');
    for (const part of path.slice(0, -1)) {
      at[part] ??= { properties: {} };
      at = (at[part] as { properties: Record<string, unknown> }).properties;
    }
    at[path.at(-1) as string] = type === 'keyword' ? { type, ignore_above: 8_191 } : { type };
  }
  return {
    index_patterns: ['logs-millrace.desk-*'],
    data_stream: {},
    priority: 500,
    template: {
      settings: { 'index.codec': 'best_compression' },
      // A field that nobody declared is kept in the document and indexed by nobody: no flood of fields.
      mappings: { dynamic: false, date_detection: false, properties },
    },
    _meta: { description: 'Log lines of millrace in the form of the Elastic Common Schema.' },
  };
}

test('the index template has every field that a line may have, with its type', () => {
  const text = `${JSON.stringify(template(), null, 2)}\n`;
  if (process.env['MILLRACE_WRITE_DASHBOARDS'] === '1') writeFileSync(TEMPLATE, text);
  expect(JSON.parse(readFileSync(TEMPLATE, 'utf8'))).toEqual(template());
});

test('fields that are not of the common schema are below millrace', () => {
  for (const name of Object.keys(LOG_FIELDS))
    expect(name.startsWith('millrace.'), name).toBe(!Object.hasOwn(ECS_FIELDS, name));
});

test('the sample has lines that the template knows, of one order from its tick to its fill', () => {
  const lines = readFileSync(SAMPLE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map((line) => line['event.action'])).toEqual([
    'decided',
    'order-submitted',
    'order-accepted',
    'order-fill',
    'order-fill',
  ]);
  expect(new Set(lines.map((line) => line['trace.id'])).size).toBe(1);
  for (const line of lines) {
    for (const name of Object.keys(line)) expect(LOG_FIELDS).toHaveProperty([name]);
    expect(line['@timestamp']).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(line['ecs.version']).toBe('8.11.0');
  }
});

test('Filebeat reads lines of JSON into that data stream, and Logstash passes them on', () => {
  const beat = parse(readFileSync('deploy/filebeat/filebeat.yml', 'utf8')) as Record<string, unknown>;
  const [input] = beat['filebeat.inputs'] as { type: string; paths: string[]; parsers: object[] }[];
  expect(input).toMatchObject({
    type: 'filestream',
    parsers: [{ ndjson: { target: '', expand_keys: true } }],
  });
  expect(JSON.stringify(beat)).toContain('logs-millrace.desk-default');
  const pipeline = readFileSync('deploy/logstash/millrace.conf', 'utf8');
  for (const part of ['input {', 'filter {', 'output {', 'data_stream_dataset => "millrace.desk"'])
    expect(pipeline).toContain(part);
  // As many braces open as close: Logstash itself was not there to ask.
  expect(pipeline.split('{').length).toBe(pipeline.split('}').length);
});
