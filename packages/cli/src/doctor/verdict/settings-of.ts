import type { Speaker } from "holdfast/symptoms";

/** What fixes want to set in a client. */
export type ClientSetting =
  | "command-timeout"
  | "connect-timeout"
  | "keep-alive"
  | "pool"
  | "idle"
  | "tls"
  | "credentials"
  | "reconnect-on-readonly"
  | "cluster"
  | "one-client";

type Settings = Readonly<Partial<Record<ClientSetting, string>>>;

/** How each client library spells it. From the libraries' own documentation of their options. */
const settings: Readonly<Partial<Record<Speaker, Settings>>> = {
  "node-redis": {
    "command-timeout":
      "protect(client, { attemptTimeoutMs: 100, deadlineMs: 1000 }) from holdfast (node-redis drops its own time-out once a command is written)",
    "connect-timeout": "createClient({ socket: { connectTimeout: 1000 } })",
    "keep-alive":
      "createClient({ pingInterval: 30000, socket: { keepAlive: true, keepAliveInitialDelay: 30000 } })",
    pool: "createClientPool(options, { maximum: 20, acquireTimeout: 1000 })",
    idle: "createClient({ pingInterval: 30000 })",
    tls: "createClient({ url: 'rediss://HOST:PORT', socket: { ca } })",
    credentials: "createClient({ username, password })",
    "reconnect-on-readonly":
      "createSentinel({ name, sentinelRootNodes }), so that the client asks who is primary",
    cluster: "createCluster({ rootNodes })",
    "one-client": "create one client for each process, not one for each request, and close() it",
  },
  ioredis: {
    "command-timeout":
      "new Redis({ commandTimeout: 1000, autoResendUnfulfilledCommands: false }), or protect(client) from holdfast",
    "connect-timeout": "new Redis({ connectTimeout: 1000 })",
    "keep-alive": "new Redis({ keepAlive: 30000 })",
    pool: "share one Redis for ordinary commands; a duplicate() for each blocking one",
    idle: "new Redis({ keepAlive: 30000 }), and setInterval(() => redis.ping(), 30000)",
    tls: "new Redis('rediss://HOST:PORT', { tls: { ca } })",
    credentials: "new Redis({ username, password })",
    "reconnect-on-readonly":
      "new Redis({ reconnectOnError: (error) => (error.message.startsWith('READONLY') ? 2 : false) })",
    cluster: "new Redis.Cluster(nodes)",
    "one-client": "create one Redis for each process, not one for each request",
  },
  "redis-py": {
    "command-timeout": "redis.Redis(socket_timeout=1.0)",
    "connect-timeout": "redis.Redis(socket_connect_timeout=1.0)",
    "keep-alive": "redis.Redis(socket_keepalive=True, health_check_interval=30)",
    pool: "redis.BlockingConnectionPool(max_connections=20, timeout=1)",
    idle: "redis.Redis(health_check_interval=30), below the server's timeout",
    tls: "redis.Redis(ssl=True, ssl_ca_certs='ca.pem')",
    credentials: "redis.Redis(username=…, password=…)",
    "reconnect-on-readonly":
      "redis.sentinel.Sentinel(nodes).master_for(name), so that the client asks who is primary",
    cluster: "redis.RedisCluster(host=…, port=…)",
    "one-client": "create one redis.Redis for each process and share it: it has a pool of its own",
  },
  jedis: {
    "command-timeout": "DefaultJedisClientConfig.builder().socketTimeoutMillis(1000)",
    "connect-timeout": "DefaultJedisClientConfig.builder().connectionTimeoutMillis(1000)",
    "keep-alive":
      "poolConfig.setTestWhileIdle(true); poolConfig.setTimeBetweenEvictionRuns(Duration.ofSeconds(30))",
    pool: "poolConfig.setMaxTotal(20); poolConfig.setMaxWait(Duration.ofSeconds(1)); give back with try-with-resources",
    idle: "poolConfig.setTestWhileIdle(true); poolConfig.setMinEvictableIdleDuration(Duration.ofSeconds(60))",
    tls: "DefaultJedisClientConfig.builder().ssl(true)",
    credentials: "DefaultJedisClientConfig.builder().user(…).password(…)",
    "reconnect-on-readonly": "JedisSentinelPool, so that the client asks who is primary",
    cluster: "JedisCluster",
  },
  lettuce: {
    "command-timeout":
      "ClientOptions.builder().timeoutOptions(TimeoutOptions.enabled(Duration.ofSeconds(1)))",
    "connect-timeout": "SocketOptions.builder().connectTimeout(Duration.ofSeconds(1))",
    "keep-alive":
      "SocketOptions.builder().keepAlive(KeepAliveOptions.builder().enable().idle(Duration.ofSeconds(30)).build()).tcpUserTimeout(TcpUserTimeoutOptions.builder().enable().tcpUserTimeout(Duration.ofSeconds(30)).build())",
    pool: "share one StatefulRedisConnection; pool only for blocking commands and MULTI",
    idle: "SocketOptions keepAlive as above",
    tls: "RedisURI.builder().withSsl(true)",
    credentials: "RedisURI.builder().withAuthentication(user, password)",
    "reconnect-on-readonly": "MasterReplica.connect(client, codec, sentinelUri)",
    cluster:
      "RedisClusterClient with ClusterTopologyRefreshOptions.enableAllAdaptiveRefreshTriggers()",
  },
  "go-redis": {
    "command-timeout": "&redis.Options{ReadTimeout: time.Second, WriteTimeout: time.Second}",
    "connect-timeout": "&redis.Options{DialTimeout: time.Second}",
    "keep-alive": "&redis.Options{ConnMaxIdleTime: 5 * time.Minute}",
    pool: "&redis.Options{PoolSize: 20, PoolTimeout: time.Second}",
    idle: "&redis.Options{ConnMaxIdleTime: time.Minute}, below the server's timeout",
    tls: "&redis.Options{TLSConfig: &tls.Config{…}}",
    credentials: "&redis.Options{Username: …, Password: …}",
    "reconnect-on-readonly": "redis.NewFailoverClient(&redis.FailoverOptions{…})",
    cluster: "redis.NewClusterClient(…)",
  },
  "stackexchange-redis": {
    "command-timeout": "ConfigurationOptions { SyncTimeout = 1000, AsyncTimeout = 1000 }",
    "connect-timeout": "ConfigurationOptions { ConnectTimeout = 1000, AbortOnConnectFail = false }",
    "keep-alive": "ConfigurationOptions { KeepAlive = 30 }",
    pool: "share one ConnectionMultiplexer",
    idle: "ConfigurationOptions { KeepAlive = 30 }",
    tls: "ConfigurationOptions { Ssl = true }",
    credentials: "ConfigurationOptions { User = …, Password = … }",
  },
  phpredis: {
    "command-timeout": "$redis->setOption(Redis::OPT_READ_TIMEOUT, 1)",
    "connect-timeout": "$redis->connect($host, $port, 1.0)",
    "keep-alive": "$redis->setOption(Redis::OPT_TCP_KEEPALIVE, 30)",
    tls: "$redis->connect('tls://HOST', PORT)",
    credentials: "$redis->auth([$user, $password])",
  },
};

const whatFor: Readonly<Record<ClientSetting, string>> = {
  "command-timeout": "give commands a time-out of about a second, longer than the slowest command",
  "connect-timeout": "give connecting a time-out of about a second",
  "keep-alive": "turn TCP keep-alive on, or ping idle connections, every 30 s",
  pool: "size the pool for the calls that run at once, with a bounded wait",
  idle: "ping idle connections more often than the server closes them",
  tls: "connect with TLS where the server speaks it, with its CA",
  credentials: "give the client the user and password that the server knows",
  "reconnect-on-readonly":
    "let the client find the primary through Sentinel, and reconnect on READONLY",
  cluster: "use the library's cluster client",
  "one-client": "create one client or pool for each process and share it",
};

/** The setting as the client at hand spells it, else in words. */
export function settingFor(client: Speaker | undefined, setting: ClientSetting): string {
  const spelled = client === undefined ? undefined : settings[client]?.[setting];
  return spelled === undefined ? whatFor[setting] : `${client}: ${spelled}`;
}
