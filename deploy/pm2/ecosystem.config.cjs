// pm2 start deploy/pm2/ecosystem.config.cjs && pm2 save
// Cluster mode: the workers share one port. Each has its own connection to Redis; without Redis each limits in memory.
const workers = 4;

module.exports = {
  apps: [
    {
      name: 'floodgate',
      script: 'apps/sample/dist/main.js',
      exec_mode: 'cluster',
      instances: workers,
      node_args: '--enable-source-maps',
      // Passwords come from the environment of whoever starts PM2, not from this file.
      env: {
        NODE_ENV: 'production',
        PORT: '3000',
        TRUSTED_PROXIES: 'loopback',
        RATE_LIMIT_REDIS_HOST: '127.0.0.1',
        RATE_LIMIT_REDIS_USERNAME: 'limiter',
        RATE_LIMIT_INSTANCES: String(workers),
      },
      // Requests under way get ten seconds.
      kill_timeout: 12_000,
      listen_timeout: 10_000,
      max_memory_restart: '512M',
      exp_backoff_restart_delay: 100,
      merge_logs: true,
      out_file: '/var/log/floodgate/out.log',
      error_file: '/var/log/floodgate/error.log',
    },
  ],
};
