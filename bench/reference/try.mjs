import { columns } from './columns.js';
import { inlined } from './inlined.js';
import { kernelLoop } from './kernel-loop.js';
const c = columns(1_200_000);
for (const make of [inlined, kernelLoop]) {
  const v = make(c);
  v.play(0, 200_000);
  const t = process.hrtime.bigint();
  v.play(200_000, 1_200_000);
  console.log(make.name, Number(process.hrtime.bigint() - t) / 1e6, v.digest(), v.joins());
}
