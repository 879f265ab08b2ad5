export { freePort } from './free-port.ts';
export { findMinio, type MinioOptions, minioPath, type MinioServer, startMinio } from './minio.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
export { findRedis, type RedisOptions, type RedisServer, startRedis } from './redis.ts';
export { ServerError } from './server-error.ts';
