import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { corpusIdentity, RANKS, type System } from './system.js';

/** What is read of each reply; other fields may come and go. */
const askReply = z.object({
  answer: z.string(),
  answered: z.boolean(),
  confidence: z.number(),
  shortAnswer: z.string().nullable(),
  citations: z.array(z.object({ source: z.string(), paragraph: z.number(), start: z.number(), end: z.number(), quote: z.string() })),
  conflicts: z.array(z.unknown()),
  passages: z.array(z.object({ source: z.string(), paragraph: z.number(), score: z.number() })),
});
const sourceList = z.object({ sources: z.array(z.object({ source: z.string() })) });
const sourceReply = z.object({
  source: z.string(),
  text: z.string(),
  sha256: z.string(),
  paragraphs: z.array(z.object({ paragraph: z.number(), start: z.number(), end: z.number() })),
});
const readyReply = z.object({ model: z.string() });

/** A busy server asks to come back later; it is asked this many times in all. */
const ATTEMPTS = 5;
const LONGEST_WAIT_SECONDS = 30;

async function request<T extends z.ZodType>(url: string, shape: T, init: RequestInit = {}): Promise<z.infer<T>> {
  for (let attempt = 1; ; attempt++) {
    const response = await fetch(url, init).catch((error: Error) => {
      throw new Error(`${url} does not reply (${(error.cause as Error | undefined)?.message || error.message}); is the server running?`);
    });
    if ((response.status === 429 || response.status === 503) && attempt < ATTEMPTS) {
      await sleep(1000 * Math.min(LONGEST_WAIT_SECONDS, Number(response.headers.get('retry-after')) || 1));
      continue;
    }
    const body = await response.text();
    if (!response.ok) throw new Error(`${url} replied ${response.status}: ${body.slice(0, 200)}`);
    const result = shape.safeParse(JSON.parse(body));
    if (!result.success)
      throw new Error(
        `${url} replied something else than expected: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`,
      );
    return result.data;
  }
}

/**
 * A running server. What it would say below its threshold cannot be asked.
 *
 * @throws Error when it is not there or its replies have another form.
 */
export async function openOverHttp(url: string): Promise<System> {
  const base = url.replace(/\/+$/, '');
  const { model } = await request(`${base}/ready`, readyReply);
  const { sources } = await request(`${base}/sources`, sourceList);
  const documents: z.infer<typeof sourceReply>[] = [];
  for (const { source } of sources) documents.push(await request(`${base}/sources/${source.split('/').map(encodeURIComponent).join('/')}`, sourceReply));
  return {
    identity: { where: base, model, ...corpusIdentity(documents), threshold: null },
    documents: new Map(documents.map((document) => [document.source, document])),
    ask: ({ question, history }) =>
      request(`${base}/ask`, askReply, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ question, topK: RANKS, ...(history ? { history } : {}) }),
      }),
    async close() {},
  };
}
