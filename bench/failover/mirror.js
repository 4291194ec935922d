// @ts-check
// The mirror's process: follows, and is killed.
import { NEVER } from 'rxjs';
import { member } from './member.js';

await member(JSON.parse(process.argv[2] ?? '{}'), () => [{ name: 'feed', connect: () => NEVER }]);
process.on('disconnect', () => process.exit(0));
