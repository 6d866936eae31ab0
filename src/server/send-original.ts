import path from 'node:path';
import type { Context } from 'hono';
import { secureHeaders } from 'hono/secure-headers';

/** What a browser may show in the page; everything else is saved as a file. */
const SHOWN: Record<string, string> = {
  '.pdf': 'application/pdf',
  '.md': 'text/plain',
  '.markdown': 'text/plain',
  '.txt': 'text/plain',
  '.csv': 'text/plain',
  '.tsv': 'text/plain',
  '.jsonl': 'text/plain',
  '.ndjson': 'text/plain',
};

const SAVED: Record<string, string> = {
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.epub': 'application/epub+zip',
};

/** The usual headers but for the policy, which depends on the file. */
export const originalHeaders = secureHeaders({ referrerPolicy: 'no-referrer' });

/** A document from elsewhere runs nothing and loads nothing here. */
const POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Chromium shows no PDF in a sandbox; a PDF's scripts run in the viewer's own. */
const policyFor = (extension: string): string => (extension === '.pdf' ? `${POLICY}; style-src 'unsafe-inline'; object-src 'self'` : `${POLICY}; sandbox`);

const isUtf8 = (bytes: Uint8Array): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
};

/** The name as RFC 6266 writes it, for any characters. */
const fileName = (source: string): string => {
  const name = path.posix.basename(source);
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
  return `filename="${name.replace(/[^\w. -]/g, '_')}"; filename*=UTF-8''${encoded}`;
};

/** Sends a file of the document folder, such that a hostile one does no harm in the page's origin. */
export function sendOriginal(c: Context, source: string, bytes: Uint8Array): Response {
  const extension = path.posix.extname(source).toLowerCase();
  const shown = SHOWN[extension];
  const type = shown === 'text/plain' && isUtf8(bytes) ? 'text/plain; charset=utf-8' : (shown ?? SAVED[extension] ?? 'application/octet-stream');
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': type,
    'content-disposition': `${shown ? 'inline' : 'attachment'}; ${fileName(source)}`,
    'content-security-policy': policyFor(extension),
    'cache-control': 'no-cache',
  });
}
