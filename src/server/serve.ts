import type { AddressInfo } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';
import type { OpenAPIHono } from '@hono/zod-openapi';

/** A server that listens. */
export interface RunningServer {
  url: string;
  /** Answers what is under way, then stops listening. */
  close(): Promise<void>;
}

/**
 * Listens on an address.
 *
 * @throws Error that names the port when it is taken or not allowed.
 */
export function listen(app: OpenAPIHono, hostname: string, port: number): Promise<RunningServer> {
  return new Promise((resolve, reject) => {
    const server: ServerType = serve({ fetch: app.fetch, hostname, port }, (info: AddressInfo) => {
      const host = info.family === 'IPv6' ? `[${info.address}]` : info.address;
      resolve({ url: `http://${host}:${info.port}`, close: () => new Promise((done) => server.close(() => done())) });
    });
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'it is in use' : error.code === 'EACCES' ? 'this user may not use it' : error.message;
      reject(new Error(`cannot listen on ${hostname}:${port}: ${reason}; set PORT or HOST`));
    });
  });
}
