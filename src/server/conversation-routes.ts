import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { HTTPException } from 'hono/http-exception';
import type { Assistant } from '../assistant/assistant.js';
import { failed, json } from './openapi.js';
import * as schema from './schemas.js';

const read = createRoute({
  method: 'get',
  path: '/conversations/{id}',
  summary: 'The turns of a kept conversation',
  request: { params: schema.conversationParameters },
  responses: { 200: json(schema.conversationReply, 'Its turns, oldest first'), 404: failed('There is none of this name, or none is kept') },
});

const forget = createRoute({
  method: 'delete',
  path: '/conversations/{id}',
  summary: 'Delete a kept conversation',
  request: { params: schema.conversationParameters },
  responses: { 204: { description: 'It is gone' }, 404: failed('There is none of this name, or none is kept') },
});

/** Kept conversations, to read and to delete. */
export function addConversationRoutes(app: OpenAPIHono, { conversations }: Pick<Assistant, 'conversations'>): void {
  const noConversation = (id: string) =>
    new HTTPException(404, {
      message: conversations ? `there is no conversation ${id}` : 'conversations are not kept here; CONVERSATIONS=on keeps them',
    });
  app.openapi(read, async (c) => {
    const { id } = c.req.valid('param');
    const turns = await conversations?.read(id);
    if (!turns) throw noConversation(id);
    return c.json({ id, turns }, 200);
  });
  app.openapi(forget, async (c) => {
    const { id } = c.req.valid('param');
    if (!(await conversations?.remove(id))) throw noConversation(id);
    return c.body(null, 204);
  });
}
