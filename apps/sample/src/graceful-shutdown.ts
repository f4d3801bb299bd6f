import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Less than orchestrators wait before they kill; Kubernetes waits 30 s. */
const LONGEST_MS = 10_000;
const LOOK_EVERY_MS = 20;

/**
 * Lets the process end as soon as the requests under way are answered. Node waits for more than that: for connections
 * that never sent a request (browsers open some in advance), and for those kept alive after their last answer.
 */
@Injectable()
export class GracefulShutdown implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly silent = new Set<Socket>();

  constructor(private readonly host: HttpAdapterHost) {}

  onApplicationBootstrap(): void {
    this.server.on('connection', (socket) => {
      this.silent.add(socket);
      socket.once('close', () => this.silent.delete(socket));
    });
    this.server.on('request', ({ socket }) => this.silent.delete(socket));
  }

  /** Nest closes the server when every such hook is over; until then, whoever comes is served. */
  beforeApplicationShutdown(): void {
    const look = setInterval(() => {
      if (this.server.listening) return;
      clearInterval(look);
      this.drain();
    }, LOOK_EVERY_MS);
  }

  private drain(): void {
    const { server } = this;
    server.keepAliveTimeout = 1;
    for (const socket of this.silent) socket.destroy();
    // Those that were answered after the server was closed, and before this.
    server.closeIdleConnections();
    setTimeout(() => {
      server.closeAllConnections();
    }, LONGEST_MS).unref();
  }

  private get server(): Server {
    return this.host.httpAdapter.getHttpServer() as Server;
  }
}
