import { columns } from './columns.js';
import { kernelLoop } from './kernel-loop.js';
const c = columns(1_200_000);
const v = kernelLoop(c);
let out=[];
for (let i=0;i<12;i++){const t = process.hrtime.bigint();
  v.play(i*100000, i*100000+100000);
  out.push((Number(process.hrtime.bigint() - t) / 1e5).toFixed(0));}
console.log(out.join(' '));
