import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Assistant } from '../assistant/assistant.js';

/** Seconds. An answer takes 0.03 to 1 s on a laptop, with a language model up to a minute. */
const BUCKETS = [0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10, 30, 60];

/** What a server counts of itself, for `GET /metrics`. */
export interface Metrics {
  /** Counts requests and the time until their response begins. */
  requests: MiddlewareHandler;
  /** The same assistant, its questions counted and timed, whichever door they come through. */
  counted(assistant: Assistant): Assistant;
  /** Everything counted so far, in the text form of Prometheus. */
  text(): Promise<{ body: string; contentType: string }>;
}

/** Starts counting from nothing. @param assistant Asked for the state of its index when the figures are read. */
export function startMetrics(assistant: Assistant): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: 'verbatim_http_requests_total',
    help: 'Requests by route and status',
    labelNames: ['method', 'route', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'verbatim_http_request_duration_seconds',
    help: 'Time until the response begins, by route',
    labelNames: ['method', 'route'],
    buckets: BUCKETS,
    registers,
  });
  const answers = new Counter({
    name: 'verbatim_questions_total',
    help: 'Questions by what came of them: answered, abstained, cancelled by the caller, failed',
    labelNames: ['outcome'],
    registers,
  });
  for (const outcome of ['answered', 'abstained', 'cancelled', 'failed']) answers.inc({ outcome }, 0);
  const answerDurations = new Histogram({
    name: 'verbatim_answer_duration_seconds',
    help: 'Time until the reply is whole',
    labelNames: ['mode'],
    buckets: BUCKETS,
    registers,
  });
  new Gauge({
    name: 'verbatim_index_info',
    help: 'The generation that answers',
    labelNames: ['generation', 'built_at'],
    registers,
    collect() {
      const { generation, builtAt } = assistant.generation().manifest;
      this.reset();
      this.set({ generation, built_at: builtAt }, 1);
    },
  });
  new Gauge({
    name: 'verbatim_index_size',
    help: 'Documents, paragraphs, passages and sentences of the generation that answers',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const [kind, count] of Object.entries(assistant.generation().manifest.counts)) this.set({ kind }, count);
    },
  });
  new Gauge({
    name: 'verbatim_warnings',
    help: 'What is not as it should be; GET /ready says what',
    registers,
    collect() {
      this.set(assistant.warnings().length);
    },
  });

  return {
    requests: async (c, next) => {
      const began = performance.now();
      await next();
      // Names of routes only: a path holds what callers like, and each would become a series of its own.
      const matched = routePath(c, -1);
      const route = matched === '/*' || matched === '*' ? 'none' : matched.replace(/\{.*?\}/g, '');
      durations.observe({ method: c.req.method, route }, (performance.now() - began) / 1000);
      requests.inc({ method: c.req.method, route, status: c.res.status });
    },
    counted: (uncounted) => ({
      ...uncounted,
      async ask(request, options) {
        const stop = answerDurations.startTimer();
        try {
          const reply = await uncounted.ask(request, options);
          answers.inc({ outcome: reply.answered ? 'answered' : 'abstained' });
          stop({ mode: reply.mode });
          return reply;
        } catch (error) {
          answers.inc({ outcome: options?.signal?.aborted ? 'cancelled' : 'failed' });
          throw error;
        }
      },
    }),
    text: async () => ({ body: await registry.metrics(), contentType: registry.contentType }),
  };
}
