import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a connection may be silent that comes while the application ends. */
const SWEEP_MS = 100;

/**
 * Connections that never carried a byte. Clients that abort a stream open one in advance, and Node, which waits for it as
 * for a request under way, would keep the application from ending. Watched from the first stream on.
 */
export class SilentConnections {
  private readonly connections = new Set<Socket>();
  private server: Server | undefined;

  /** Begins with the server that a socket belongs to, unless it has begun. */
  watchServerOf(socket: (Socket & { readonly server?: Server }) | null): void {
    if (this.server !== undefined) return;
    this.server = socket?.server;
    this.server?.on('connection', this.add);
  }

  /** The application ends: so do those that are silent, and those that still come. */
  end(): void {
    if (this.server === undefined) return;
    this.sweep();
    const timer = setInterval(() => {
      this.sweep();
    }, SWEEP_MS).unref();
    this.server.once('close', () => {
      clearInterval(timer);
    });
  }

  private sweep(): void {
    for (const socket of this.connections) if (socket.bytesRead === 0) socket.destroy();
  }

  private readonly add = (socket: Socket): void => {
    this.connections.add(socket);
    socket.once('close', () => this.connections.delete(socket));
  };
}
