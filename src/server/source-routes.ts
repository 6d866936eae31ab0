import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { type Assistant, UnknownSourceError } from '../assistant/assistant.js';
import { indexOf } from '../assistant/reply.js';
import { paragraphPlace, sourceSummary } from '../assistant/source.js';
import { OriginalLostError } from '../documents/original.js';
import { failed, json } from './openapi.js';
import { problem } from './problem.js';
import * as schema from './schemas.js';
import { sendOriginal } from './send-original.js';

const sources = createRoute({
  method: 'get',
  path: '/sources',
  summary: 'List the documents',
  responses: { 200: json(schema.sourceList, 'The documents of the index') },
});

/** The documents of the index: their list, their texts, and the files they were read from. */
export function addSourceRoutes(app: OpenAPIHono, assistant: Pick<Assistant, 'generation' | 'original'>): void {
  app.openapi(sources, (c) => {
    const generation = assistant.generation();
    return c.json({ sources: [...generation.documents.values()].map(sourceSummary), index: indexOf(generation) }, 200);
  });
  // A source may lie in a sub-folder, so its name may hold slashes; OpenAPI has no way to say so.
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/sources/{source}',
    summary: 'The text of a document, to which all offsets refer',
    request: { params: schema.sourceParameters },
    responses: { 200: json(schema.sourceReply, 'The document as it was indexed'), 404: failed('The index holds no such document') },
  });
  app.get('/sources/:source{.+}', (c) => {
    const generation = assistant.generation();
    const document = generation.documents.get(c.req.param('source'));
    if (!document) return problem(c, 404, `there is no source ${c.req.param('source')}; GET /sources lists them`);
    const { source, title, text, sha256, metadata } = document;
    const paragraphs = document.paragraphs.map(paragraphPlace);
    return c.json({ source, title, text, sha256, metadata, paragraphs, index: indexOf(generation) });
  });
  app.openAPIRegistry.registerPath({
    method: 'get',
    path: '/originals/{source}',
    summary: 'The file a document was read from, as it lies in the folder',
    request: { params: schema.sourceParameters },
    responses: {
      200: { description: 'The very bytes that were indexed', content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
      404: failed('The index holds no such document, or its file is gone'),
      409: failed('The file has changed since it was indexed'),
    },
  });
  app.get('/originals/:source{.+}', async (c) => {
    const source = c.req.param('source');
    try {
      return sendOriginal(c, source, await assistant.original(source));
    } catch (error) {
      if (error instanceof UnknownSourceError) return problem(c, 404, `${error.message}; GET /sources lists them`);
      if (error instanceof OriginalLostError) return problem(c, error.state === 'gone' ? 404 : 409, error.message);
      throw error;
    }
  });
}
