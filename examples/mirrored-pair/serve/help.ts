/** What `serve --help` prints. */
export const HELP = `node serve.js: a member of a mirrored pair, set up by environment variables

who
  PAIR_NAME          of the pair: key of the register and of the queue                [mirrored-pair]
  PAIR_NODE          of this member, such as a
  PAIR_PEER          of the other member, such as b
where
  PAIR_BIND          where this member listens, such as tcp://0.0.0.0:7001
  PAIR_CONNECT       where the other one listens, such as tcp://b:7001
  PAIR_KEYS          file with this member's keys, NAME.key_secret of "millrace keys"; needed beyond loopback
  PAIR_PEER_KEY      file with the other member's public key, NAME.key
  PAIR_JOURNAL       folder of this member's journal, on a disk of its own
who leads
  PAIR_REGISTER      redis://HOST:PORT, nats://HOST:PORT,... http(s)://HOST:PORT,... (etcd), file:PATH, lease:NAME, none
  PAIR_FIRST_LEADER  with "none" only: the member that leads when both begin with nothing
  PAIR_POLICY        received, written, fsync or agreed: when a member acks            [written]
  PAIR_HEARTBEAT     milliseconds between two signs of life                            [50]
  PAIR_LOSSES        how many of them may be lost                                      [3]
what it does
  PAIR_VENUE         HOST:PORT of the venue
  PAIR_WINDOW        milliseconds after which the venue refuses a request              [5000]
  PAIR_QUEUE         where signals come from: redis://HOST:PORT, nats://HOST:PORT,..., feed://HOST:PORT, none   [none]
how it is watched
  PAIR_PORT          of /healthz, /readyz and /metrics; 0 takes a free one             [9464]
  PAIR_HOST          address of them; beyond loopback a token is needed                [127.0.0.1]
  PAIR_TOKEN         what /metrics wants as "Authorization: Bearer TOKEN"; probes go without
  PAIR_CONTROL       Unix socket for an operator's words                               [none]

Each may be given as NAME_FILE too, the path of a file that holds the value (for secrets).

--tell WORD          says a word to the member at PAIR_CONTROL: report, switchOver, promote, peerExited, stop
--help               this text

SIGTERM, SIGINT: hands over when there is a mirror, then ends. SIGUSR2: hands over.
Exit codes: 0 stopped, 2 a setting is wrong, 76 handed over, 77 another leads; start it again after 76 and 77.
`;
