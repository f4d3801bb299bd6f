// An application without Nest, in a process of its own, limited as the documents of the limiter say. The arguments say
// what limits it, and its platform.
import fastifyRateLimit from '@fastify/rate-limit';
import express from 'express';
import { rateLimit } from 'express-rate-limit';
import { fastify } from 'fastify';
import { Redis } from 'ioredis';
import { RedisStore } from 'rate-limit-redis';
import { serveParent } from './http-parent.mjs';

const [variant, platform] = process.argv.slice(2);

/** Too high for anybody to be refused. */
const LIMIT = 1_000_000_000;
const WINDOWS_MS = { short: 60_000, middle: 3_600_000, long: 86_400_000 };
const WINDOWS_OF = { none: [], 'one limit': ['short'], 'three limits': ['short', 'middle', 'long'] };
const windows = WINDOWS_OF[variant];

const makers = {
  express: async () => {
    const app = express();
    const redis = windows.length > 0 && new Redis(process.env.REDIS_URL);
    for (const name of windows) {
      const store = new RedisStore({
        prefix: `${name}:`,
        sendCommand: (command, ...args) => redis.call(command, ...args),
      });
      const windowMs = WINDOWS_MS[name];
      app.use(rateLimit({ windowMs, limit: LIMIT, standardHeaders: 'draft-8', legacyHeaders: false, store }));
    }
    app.get('/', (request, response) => {
      response.json({ hello: 'world' });
    });
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    return server;
  },

  fastify: async () => {
    const app = fastify();
    for (const name of windows) {
      const redis = new Redis(process.env.REDIS_URL, { connectTimeout: 500, maxRetriesPerRequest: 1 });
      await app.register(fastifyRateLimit, { max: LIMIT, timeWindow: WINDOWS_MS[name], redis });
    }
    app.get('/', () => ({ hello: 'world' }));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },
};

const server = await makers[platform]();
serveParent(server.address().port);
