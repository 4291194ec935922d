import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BehaviorSubject, NEVER } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { EXIT_CODES, pairHealth } from '../../src/failover/index.js';

// biome-ignore lint/suspicious/noExplicitAny: what a file of somebody else's format holds
type Loose = any;

const text = (path: string): string => readFileSync(join('deploy', path), 'utf8');
const yaml = (path: string): Loose => parse(text(path), { merge: true });
const documents = (path: string): Loose[] =>
  parseAllDocuments(text(path), { merge: true }).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

/** The settings that a member has, by its own help. */
const help = readFileSync('examples/mirrored-pair/serve/help.ts', 'utf8');
const settings = new Set([...help.matchAll(/^ {2}(PAIR_[A-Z_]+) /gm)].map(([, name]) => name as string));
const needed = [...settings].filter((name) =>
  /^PAIR_(NODE|PEER|BIND|CONNECT|JOURNAL|REGISTER|VENUE)$/.test(name),
);

function expectSettings(given: Readonly<Record<string, unknown>>, keys = true): void {
  for (const name of Object.keys(given).filter((each) => each.startsWith('PAIR_')))
    expect(settings, name).toContain(name.replace(/_FILE$/, ''));
  for (const name of needed) expect(Object.keys(given), name).toContain(name);
  // Beyond loopback nothing starts without keys and a token.
  if (keys) expect(Object.keys(given)).toEqual(expect.arrayContaining(['PAIR_KEYS', 'PAIR_PEER_KEY']));
}

test('the help names all the settings', () => {
  expect(settings.size).toBeGreaterThan(15);
  expect(needed).toHaveLength(7);
});

describe('compose', () => {
  const compose = yaml('compose.yaml');
  const members = ['a', 'b'] as const;

  test.each(members)(
    'member %s has its settings, its own journal, keys and the public key of the other',
    (node) => {
      const { environment, secrets, volumes } = compose.services[node];
      const peer = node === 'a' ? 'b' : 'a';
      expectSettings(environment);
      expect(environment).toMatchObject({
        PAIR_NODE: node,
        PAIR_PEER: peer,
        PAIR_CONNECT: `tcp://${peer}:7001`,
      });
      expect(secrets).toEqual([
        'token',
        { source: `key-${node}`, target: 'keys' },
        { source: `public-${peer}`, target: 'peer' },
      ]);
      expect(volumes).toEqual([`journal-${node}:/var/lib/millrace`]);
      for (const name of ['PAIR_KEYS', 'PAIR_PEER_KEY', 'PAIR_TOKEN_FILE'])
        expect(['/run/secrets/token', '/run/secrets/keys', '/run/secrets/peer']).toContain(environment[name]);
    },
  );

  test.each(members)(
    'member %s comes back after every exit, has time to hand over, and may little',
    (node) => {
      expect(compose.services[node]).toMatchObject({
        restart: 'always',
        stop_grace_period: '30s',
        read_only: true,
        cap_drop: ['ALL'],
      });
    },
  );

  test('every secret, volume, service and address that is named is there', () => {
    for (const service of Object.values<Loose>(compose.services)) {
      for (const secret of service.secrets ?? [])
        expect(Object.keys(compose.secrets)).toContain(secret.source ?? secret);
      for (const volume of service.volumes ?? []) {
        const [source] = volume.split(':');
        if (source.startsWith('.')) expect(existsSync(join('deploy', source)), source).toBe(true);
        else expect(Object.keys(compose.volumes)).toContain(source);
      }
      const after = service.depends_on ?? [];
      for (const other of Array.isArray(after) ? after : Object.keys(after))
        expect(Object.keys(compose.services)).toContain(other);
      if (service.build !== undefined)
        expect(existsSync(join('deploy', service.build.context, service.build.dockerfile))).toBe(true);
      for (const value of Object.values<string>(service.environment ?? {})) {
        const host = /^(?:tcp|redis):\/\/([a-z]+):\d+$/.exec(value)?.[1];
        if (host !== undefined) expect(Object.keys(compose.services)).toContain(host);
      }
    }
  });

  test('Redis loses nothing that it confirmed, as the register demands', () => {
    const command = compose.services.redis.command.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--appendfsync always');
    expect(command).toContain('--maxmemory-policy noeviction');
  });

  test('the venue is set up as its process reads it', () => {
    const options = JSON.parse(compose.services.venue.command[2]);
    expect(options).toMatchObject({ port: 7_400, host: '0.0.0.0', venue: 'harsh' });
    expect(compose.services.a.environment.PAIR_VENUE).toBe(`venue:${options.port}`);
  });

  test('nothing is open to the network that needs no password', () => {
    for (const { ports = [] } of Object.values<Loose>(compose.services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});

describe('monitoring', () => {
  const page = pairHealth({
    report$: new BehaviorSubject({} as never),
    report: {} as never,
    exit$: NEVER,
    frames$: NEVER,
    halted: undefined,
    position: { seq: 0, ts: 0 },
  }).metrics().body;
  const metrics = [...page.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name);
  const expectKnown = (expression: string): void => {
    const names = expression.match(/\bmillrace_\w+/g) ?? [];
    for (const name of names) expect(metrics).toContain(name);
  };

  test('every alert and panel asks for metrics that members serve', () => {
    const { rules } = yaml('prometheus/pair.rules.yml').groups[0];
    expect(rules.length).toBeGreaterThan(3);
    for (const { alert, expr, annotations } of rules) {
      expect(Object.keys(annotations)).toEqual(['summary', 'runbook']);
      expect(typeof alert).toBe('string');
      expectKnown(expr);
    }
    const { panels, uid } = JSON.parse(text('grafana/dashboards/pair.json'));
    expect(uid).toBe('millrace-pair');
    const expressions = panels.flatMap(({ targets }: Loose) => targets.map(({ expr }: Loose) => expr));
    expect(expressions.length).toBeGreaterThan(5);
    for (const expression of expressions) {
      expect(expression).toMatch(/millrace_/);
      expectKnown(expression);
    }
    expect(new Set(panels.map(({ id }: Loose) => id)).size).toBe(panels.length);
  });

  test('every alert is explained in the operations guide', () => {
    const guide = readFileSync('docs/failover-operations.md', 'utf8');
    for (const { alert } of yaml('prometheus/pair.rules.yml').groups[0].rules) expect(guide).toContain(alert);
  });

  test('Prometheus scrapes both members with the token; Grafana finds Prometheus and its dashboards', () => {
    const [job] = yaml('prometheus/prometheus.yml').scrape_configs;
    expect(job.static_configs[0].targets).toEqual(['a:9464', 'b:9464']);
    expect(job.authorization.credentials_file).toBe('/run/secrets/token');
    expect(yaml('prometheus/prometheus.yml').rule_files).toEqual(['desk.rules.yml', 'pair.rules.yml']);
    const [gone] = yaml('prometheus/desk.rules.yml').groups[0].rules.filter(
      ({ alert }: { alert: string }) => alert === 'DeskIsGone',
    );
    expect(gone.expr).toContain(job.job_name);
    const [source] = yaml('grafana/provisioning/datasources/prometheus.yaml').datasources;
    expect(source).toMatchObject({ uid: 'prometheus', url: 'http://prometheus:9090' });
    expect(yaml('grafana/provisioning/dashboards/pair.yaml').providers[0].options.path).toBe(
      '/var/lib/grafana/dashboards',
    );
  });
});

describe('Kubernetes', () => {
  const kustomization = yaml('kubernetes/kustomization.yaml');
  const objects = kustomization.resources.flatMap((path: string) =>
    documents(`kubernetes/${path}`),
  ) as Loose[];
  const of = (kind: string): Loose[] => objects.filter((each) => each.kind === kind);
  const sets = of('StatefulSet');

  test('the kustomization lists every file, and every object is named and of the namespace', () => {
    const files = readdirSync('deploy/kubernetes').filter((name) => /^[^k].*\.yaml$/.test(name));
    expect([...kustomization.resources].sort()).toEqual(files.sort());
    for (const { apiVersion, kind, metadata } of objects) {
      expect(apiVersion).toMatch(/^([a-z.0-9]+\/)?v1$/);
      expect(metadata.name).toMatch(/^[a-z][a-z-]*$/);
      if (kind !== 'Namespace') expect(metadata.namespace).toBe(kustomization.namespace);
    }
    const names = objects.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  test('two members, that are each one pod, on different nodes, with a disk of its own', () => {
    expect(sets.map(({ metadata }) => metadata.name)).toEqual(['pair-a', 'pair-b']);
    for (const { spec } of sets) {
      expect(spec).toMatchObject({ replicas: 1, updateStrategy: { type: 'OnDelete' } });
      expect(spec.selector.matchLabels).toEqual(spec.template.metadata.labels);
      const [term] =
        spec.template.spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
      expect(spec.template.metadata.labels).toMatchObject(term.labelSelector.matchLabels);
      expect(spec.volumeClaimTemplates[0].metadata.name).toBe('journal');
    }
  });

  test.each([0, 1])(
    'member %i: settings, volumes, secrets, ports and probes refer to what is there',
    (index) => {
      const { spec } = sets[index].spec.template;
      const [member] = spec.containers;
      const map = of('ConfigMap').find(
        ({ metadata }) => metadata.name === member.envFrom[0].configMapRef.name,
      );
      const own: Loose = Object.fromEntries(member.env.map(({ name, value }: Loose) => [name, value]));
      const given = { ...map.data, ...own };
      expectSettings(given);
      for (const value of Object.values(given)) expect(typeof value).toBe('string');
      const { name, ports } = objects
        .filter(({ kind }) => kind === 'Service')
        .map((service) => ({ name: service.metadata.name, ...service.spec }))
        .find(({ selector }) => selector.member === own.PAIR_PEER) as Loose;
      expect(own.PAIR_CONNECT).toBe(`tcp://${name}:${ports[0].port}`);

      const volumes = [
        ...spec.volumes,
        ...sets[index].spec.volumeClaimTemplates.map((each: Loose) => each.metadata),
      ];
      for (const { volumeMounts } of [...spec.initContainers, ...spec.containers])
        for (const mount of volumeMounts)
          expect(volumes.map((each: Loose) => each.name)).toContain(mount.name);
      const secrets = kustomization.secretGenerator.map((each: Loose) => each.name);
      for (const { secret } of spec.volumes) if (secret) expect(secrets).toContain(secret.secretName);
      const keys = kustomization.secretGenerator.find(
        (each: Loose) => each.name === `pair-keys-${own.PAIR_NODE}`,
      );
      expect(keys.files).toEqual([
        `keys=secrets/${own.PAIR_NODE}.key_secret`,
        `peer=secrets/${own.PAIR_PEER}.key`,
      ]);
      const mounts = member.volumeMounts.map(({ mountPath }: Loose) => mountPath);
      for (const file of [given.PAIR_KEYS, given.PAIR_PEER_KEY, given.PAIR_TOKEN_FILE, given.PAIR_JOURNAL])
        expect(
          mounts.some((mount: string) => file.startsWith(`${mount}/`)),
          file,
        ).toBe(true);

      const open = member.ports.map((port: Loose) => port.name);
      for (const [probe, path] of [
        ['startupProbe', '/healthz'],
        ['livenessProbe', '/healthz'],
        ['readinessProbe', '/readyz'],
      ] as const) {
        expect(member[probe].httpGet.path).toBe(path);
        expect(open).toContain(member[probe].httpGet.port);
      }
      expect(given.PAIR_BIND.endsWith(`:${member.ports[0].containerPort}`)).toBe(true);
      expect(given.PAIR_PORT).toBe(String(member.ports[1].containerPort));
    },
  );

  test('nobody is root, and nothing can be written but what is mounted', () => {
    for (const { spec } of sets) {
      expect(spec.template.spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1_000 });
      for (const { securityContext } of [
        ...spec.template.spec.initContainers,
        ...spec.template.spec.containers,
      ])
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
    }
  });

  test('services, budget and network policy select the members, and find them before they are ready', () => {
    const labels = sets.map(({ spec }) => spec.template.metadata.labels);
    for (const { spec, metadata } of of('Service')) {
      expect(
        labels.filter((each) => each.member === spec.selector.member && each.app === spec.selector.app),
      ).toHaveLength(1);
      expect(spec).toMatchObject({ clusterIP: 'None', publishNotReadyAddresses: true });
      expect(sets.map((set) => set.spec.serviceName)).toContain(metadata.name);
    }
    const [budget] = of('PodDisruptionBudget');
    const [policy] = of('NetworkPolicy');
    for (const each of labels) {
      expect(each).toMatchObject(budget.spec.selector.matchLabels);
      expect(each).toMatchObject(policy.spec.podSelector.matchLabels);
    }
    expect(budget.spec.minAvailable).toBe(1);
    expect(policy.spec.policyTypes).toEqual(['Ingress', 'Egress']);
  });

  test('the account may do with the Lease what the register does, and with that one alone', () => {
    const [role] = of('Role');
    const [binding] = of('RoleBinding');
    const [account] = of('ServiceAccount');
    const [map] = of('ConfigMap');
    const lease = map.data.PAIR_REGISTER.replace('lease:', '');
    expect(role.rules).toEqual([
      {
        apiGroups: ['coordination.k8s.io'],
        resources: ['leases'],
        resourceNames: [lease],
        verbs: ['get', 'update'],
      },
      { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
    ]);
    expect(binding.roleRef.name).toBe(role.metadata.name);
    expect(binding.subjects[0].name).toBe(account.metadata.name);
    for (const { spec } of sets) expect(spec.template.spec.serviceAccountName).toBe(account.metadata.name);
  });
});

describe('the Dockerfile', () => {
  const lines = text('Dockerfile')
    .replaceAll('\\\n', ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const all = (word: string): string[] => lines.filter((line) => line.startsWith(`${word} `));
  const last = lines.slice(lines.lastIndexOf(all('FROM').at(-1) as string));

  test('has stages, of the Node that we support, and copies from those that are there', () => {
    const stages = all('FROM').map((line) => / AS (\w+)$/.exec(line)?.[1]);
    expect(stages.length).toBeGreaterThan(1);
    const oldest = /(\d+\.\d+)/.exec(JSON.parse(readFileSync('package.json', 'utf8')).engines.node)?.[1];
    for (const line of all('FROM')) expect(line).toMatch(new RegExp(`^FROM node:${oldest}-`));
    for (const line of all('COPY')) {
      const from = /--from=(\w+)/.exec(line)?.[1];
      if (from !== undefined) expect(stages).toContain(from);
      else for (const path of line.split(' ').slice(1, -1)) expect(existsSync(path), path).toBe(true);
    }
  });

  test('what it copies gets past the ignore file', () => {
    const kept = text('Dockerfile.dockerignore').split('\n');
    for (const path of ['package.json', 'package-lock.json', 'src', 'examples'])
      expect(kept).toContain(`!${path}`);
    expect(kept[0]).toBe('*');
  });

  test('runs as nobody special, as process 1 itself, with its own health check', () => {
    expect(last).toContain('USER 1000:1000');
    const command = JSON.parse((last.find((line) => line.startsWith('CMD ')) as string).slice(4));
    expect(command[0]).toBe('node');
    expect(existsSync(command[1].replace('.examples', 'examples').replace(/js$/, 'ts'))).toBe(true);
    expect(last).toContain('STOPSIGNAL SIGTERM');
    const check = /HEALTHCHECK .* CMD (\[.*\])$/.exec(
      last.find((line) => line.startsWith('HEALTHCHECK')) as string,
    );
    const [node, flag, script] = JSON.parse(check?.[1] as string);
    expect([node, flag]).toEqual(['node', '-e']);
    // Nobody listens there: not healthy.
    const env = { PATH: process.env['PATH'], PAIR_PORT: '1' };
    expect(() => execFileSync(process.execPath, ['-e', script], { env, stdio: 'pipe' })).toThrow(
      expect.objectContaining({ status: 1 }),
    );
  });

  test('adds the packages that the lock knows', () => {
    const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
    const added = [...text('Dockerfile').matchAll(/\$\(lock ([@\w/-]+)\)/g)].map(
      ([, name]) => name as string,
    );
    expect(added).toContain('zeromq');
    for (const name of added) expect(lock.packages[`node_modules/${name}`].version).toMatch(/^\d/);
  });
});

describe('systemd and supervisor', () => {
  test('know the exit codes: who handed over or was replaced comes back, a wrong setting does not', () => {
    const unit = text('systemd/millrace-pair@.service');
    const codes = `${EXIT_CODES.handedOver} ${EXIT_CODES.superseded}`;
    expect(unit).toContain(
      `SuccessExitStatus=${codes}\nRestartForceExitStatus=${codes}\nRestartPreventExitStatus=2\n`,
    );
    expect(unit).toContain('Type=notify\n');
    expect(unit).toMatch(/^NotifyAccess=all$/m);
    expect(unit).toMatch(/^WatchdogSec=\d+s$/m);
    const given = Object.fromEntries(
      [...text('systemd/pair-a.env').matchAll(/^(PAIR_\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
    );
    const own = [...unit.matchAll(/\b(PAIR_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]);
    expectSettings({ ...Object.fromEntries(own), ...given });
  });

  test('supervisor gives each member its settings', () => {
    const conf = text('supervisor/supervisord.conf');
    const programs = [...conf.matchAll(/^\[program:(\w)\]\n([\s\S]*?)(?=^\[|$(?![\s\S]))/gm)];
    expect(programs.map(([, name]) => name)).toEqual(['a', 'b']);
    for (const [, name, body] of programs) {
      const environment = /^environment=(.*)$/m.exec(body as string)?.[1] as string;
      const given = Object.fromEntries(
        [...environment.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
      );
      expectSettings(given, false);
      expect(given['PAIR_NODE']).toBe(name);
      expect(body).toMatch(/^autorestart=unexpected\nexitcodes=0$/m);
    }
  });
});
