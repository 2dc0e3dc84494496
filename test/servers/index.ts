export {
  type PostgresServer,
  runSql,
  startPostgres,
} from "../../packages/server/test/support/servers/postgresServer.ts";
export { type RedisServer, startRedis } from "../../packages/server/test/support/servers/redisServer.ts";
export {
  postgresSoftware,
  redisSoftware,
  type Software,
  whereInstalled,
} from "../../packages/server/test/support/servers/software.ts";
