import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Context } from 'hono';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Sends one of our own files. @param name Must come from a list of known names, never straight from a request. */
export async function sendFile(c: Context, folder: string, name: string): Promise<Response> {
  const content = await readFile(path.join(folder, name));
  return c.body(new Uint8Array(content), 200, { 'content-type': TYPES[path.extname(name)] ?? 'application/octet-stream', 'cache-control': 'no-cache' });
}
