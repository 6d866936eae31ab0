import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import type { LiveIndex } from '../indexing/live-index.js';
import { adminIfSet } from './admin.js';
import { failed, json } from './openapi.js';
import * as schema from './schemas.js';

/** The routes to bring the index up to date and to see how far that is. @param adminKey Empty where everybody may. */
export function addReindexRoutes(app: OpenAPIHono, index: LiveIndex, adminKey: string): void {
  const start = createRoute({
    method: 'post',
    path: '/reindex',
    summary: 'Bring the index up to date with the documents; answers go on meanwhile',
    security: [{ administrator: [] }, {}],
    responses: {
      202: json(schema.reindexReply, 'The job that does it: a new one, or the one that is under way'),
      401: failed('ADMIN_KEY is set and the key is missing'),
      403: failed('The key is wrong'),
    },
  });
  const status = createRoute({
    method: 'get',
    path: '/reindex',
    summary: 'How far a reindex is, and how the last one ended',
    responses: { 200: json(schema.reindexReply, 'The job, and the last result') },
  });
  const view = () => ({ running: index.job(), last: index.lastResult(), warnings: index.warnings() });
  app.on('POST', '/reindex', adminIfSet(adminKey));
  app.openapi(start, (c) => {
    // Its end, good or bad, is told by GET /reindex, /ready and the log.
    void index.reindex();
    c.header('location', '/reindex');
    return c.json(view(), 202);
  });
  app.openapi(status, (c) => c.json(view(), 200));
}
