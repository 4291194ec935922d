/**
 * Hot failover: the register on which a pair agrees who leads. Packages of services are loaded when a register of theirs
 * is first asked.
 *
 * @packageDocumentation
 */

export { type EtcdRegisterOptions, etcdRegister } from './registers/etcd-register.js';
export { type FileRegisterOptions, fileRegister } from './registers/file-register.js';
export { type LeaseRegisterOptions, leaseRegister } from './registers/lease-register.js';
export { type MemoryPlace, memoryPlace, memoryRegister } from './registers/memory-register.js';
export { type NatsRegisterOptions, natsRegister } from './registers/nats-register.js';
export { type RedisRegisterOptions, redisRegister } from './registers/redis-register.js';
export {
  EMPTY_REGISTER,
  type Register,
  type RegisterAnswer,
  type RegisterValue,
} from './registers/register.js';
