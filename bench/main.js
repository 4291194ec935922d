// @ts-check
import { agentTeams } from './agents/benchmark.js';
import { barSeries } from './bars/benchmark.js';
import { bridge } from './bridge/benchmark.js';
import { chain } from './chain/benchmark.js';
import { emaCase } from './ema/benchmark.js';
import { failover } from './failover/benchmark.js';
import { featureStore } from './feature-store/benchmark.js';
import { features } from './features/benchmark.js';
import { fix } from './fix/benchmark.js';
import { print } from './harness/print.js';
import { heapGrowth } from './heap-growth/benchmark.js';
import { manyInstruments } from './instruments/benchmark.js';
import { journalled } from './journal/benchmark.js';
import { openOrders } from './ledger/benchmark.js';
import { monitoring } from './monitoring/benchmark.js';
import { HELP, options } from './options.js';
import { passThrough } from './pass-through/benchmark.js';
import { peers } from './peers/benchmark.js';
import { reference } from './reference/benchmark.js';
import { referenceParts } from './reference/parts.js';
import { riskRules } from './risk/benchmark.js';
import { routing } from './routing/benchmark.js';
import { sequencer } from './sequencer/benchmark.js';
import { signalPool } from './signals/benchmark.js';
import { venues } from './venues/benchmark.js';

const BENCHMARKS = [
  reference,
  referenceParts,
  passThrough,
  sequencer,
  barSeries,
  chain,
  manyInstruments,
  emaCase,
  routing,
  riskRules,
  openOrders,
  heapGrowth,
  bridge,
  journalled,
  monitoring,
  failover,
  venues,
  fix,
  features,
  featureStore,
  signalPool,
  agentTeams,
  peers,
];
const { quick, json, only, help } = options(BENCHMARKS.map(({ name }) => name));

if (help) console.log(HELP);
else {
  /** @type {Record<string, object>} */
  const results = {};
  for (const benchmark of BENCHMARKS) {
    if (only !== undefined && benchmark.name !== only) continue;
    const result = await benchmark.measure({ quick });
    results[benchmark.name] = { title: benchmark.title, method: benchmark.method, ...result };
    if (!json) print(benchmark, result);
  }
  if (json) console.log(JSON.stringify(results));
}
