// What `npm publish` runs first: says what is missing for a release that others can trace, and stops it.
import { existsSync, readFileSync } from 'node:fs';

const { version, repository } = JSON.parse(readFileSync('package.json', 'utf8'));
const missing = [];

const url = typeof repository === 'string' ? repository : repository?.url;
if (typeof url !== 'string' || !/^(git\+)?https:\/\/[^/]+\/.+/.test(url))
  missing.push(
    'package.json has no "repository" with an address such as {"type": "git", "url": "git+https://HOST/OWNER/NAME.git"}: ' +
      'npm compares it with where the build ran, and refuses the provenance that publishConfig asks for without it',
  );

const changes = existsSync('CHANGELOG.md') ? readFileSync('CHANGELOG.md', 'utf8') : '';
if (!changes.split('\n').some((line) => line.startsWith(`## ${version}`)))
  missing.push(
    `CHANGELOG.md has no heading "## ${version}": what is unreleased gets the version and its date`,
  );

for (const line of missing) console.error(`not published: ${line}`);
if (missing.length > 0) console.error('The list for a release is in CONTRIBUTING.md.');
process.exitCode = missing.length > 0 ? 1 : 0;
