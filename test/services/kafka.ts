import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerPlan } from './server.js';

const VERSION = '3.9.1';
const LIBRARY = join(tmpdir(), `millrace-kafka-${VERSION}`);

const PROJECT = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>millrace</groupId><artifactId>kafka-for-tests</artifactId><version>1</version><dependencies>
<dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${VERSION}</version></dependency>
</dependencies></project>`;

/** Fetches Kafka and what it needs from Maven Central, once. */
function library(): string {
  const done = join(LIBRARY, 'done');
  if (!existsSync(done)) {
    mkdirSync(LIBRARY, { recursive: true });
    writeFileSync(join(LIBRARY, 'pom.xml'), PROJECT);
    execFileSync('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], {
      cwd: LIBRARY,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    if (!readdirSync(join(LIBRARY, 'lib')).some((name) => name.startsWith('kafka_')))
      throw new Error(`Maven fetched no Kafka into ${LIBRARY}`);
    writeFileSync(done, '');
  }
  return join(LIBRARY, 'lib', '*');
}

const settings = (folder: string): string => join(folder, 'server.properties');

/** One node that is broker and controller. */
export const KAFKA: ServerPlan = {
  name: 'kafka',
  program: 'java',
  needs: ['mvn'],
  install: 'apt-get install default-jre-headless maven',
  ports: 2,
  prepare: ([client, controller], folder) => {
    writeFileSync(
      settings(folder),
      [
        'process.roles=broker,controller',
        'node.id=1',
        `controller.quorum.voters=1@127.0.0.1:${controller}`,
        `listeners=PLAINTEXT://127.0.0.1:${client},CONTROLLER://127.0.0.1:${controller}`,
        `advertised.listeners=PLAINTEXT://127.0.0.1:${client}`,
        'controller.listener.names=CONTROLLER',
        'listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
        `log.dirs=${join(folder, 'data')}`,
        'offsets.topic.replication.factor=1',
        'offsets.topic.num.partitions=1',
        'transaction.state.log.replication.factor=1',
        'transaction.state.log.min.isr=1',
        'group.initial.rebalance.delay.ms=0',
        'group.min.session.timeout.ms=1000',
        'log.flush.interval.messages=1',
        'auto.create.topics.enable=false',
      ].join('\n'),
    );
    const format = [
      'kafka.tools.StorageTool',
      'format',
      '-t',
      'bWlsbHJhY2UtdGVzdHMtMQ',
      '-c',
      settings(folder),
    ];
    execFileSync('java', ['-cp', library(), ...format], { stdio: ['ignore', 'ignore', 'inherit'] });
  },
  arguments: (_ports, folder) => ['-Xmx512m', '-cp', library(), 'kafka.Kafka', settings(folder)],
};
