import type { OpenAPIHono } from '@hono/zod-openapi';
import { bodyLimit } from 'hono/body-limit';
import { DocumentNameError, putDocument, removeDocument, safeSource } from '../documents/document-folder.js';
import { adminOnly } from './admin.js';
import { failed, json } from './openapi.js';
import { problem, tooLarge } from './problem.js';
import * as schema from './schemas.js';

/** What an administrator may do with the documents. */
export interface DocumentSettings {
  /** Empty where nobody may. */
  adminKey: string;
  corpusFolder: string;
  maxFileBytes: number;
}

/** Bytes of a form besides its file: boundaries and headers. */
const FORM_BYTES = 64 * 1024;

/** The routes to put documents into the folder and to take them out, for those who have no shell there. */
export function addDocumentRoutes(app: OpenAPIHono, { adminKey, corpusFolder, maxFileBytes }: DocumentSettings): void {
  const refusals = { 401: failed('The administrator’s key is missing'), 403: failed('The key is wrong, or ADMIN_KEY is not set') };
  const security = [{ administrator: [] }];
  app.openAPIRegistry.registerComponent('securitySchemes', 'administrator', { type: 'http', scheme: 'bearer', description: 'The value of ADMIN_KEY' });
  app.openAPIRegistry.registerPath({
    method: 'post',
    path: '/documents',
    summary: 'Put a document into the folder; POST /reindex then indexes it',
    security,
    request: { body: { required: true, content: { 'multipart/form-data': { schema: schema.documentUpload } } } },
    responses: {
      200: json(schema.documentReply, 'It took the place of a document of the same name'),
      201: json(schema.documentReply, 'It is there'),
      400: failed('There is no file, or its name is not allowed'),
      413: failed('The file is larger than MAX_FILE_BYTES'),
      ...refusals,
    },
  });
  app.openAPIRegistry.registerPath({
    method: 'delete',
    path: '/documents/{source}',
    summary: 'Take a document out of the folder; POST /reindex then takes it out of the index',
    security,
    request: { params: schema.sourceParameters },
    responses: { 204: { description: 'It is gone' }, 400: failed('The name is not allowed'), 404: failed('There is no such file'), ...refusals },
  });

  const admin = adminOnly(adminKey);
  const limit = bodyLimit({
    maxSize: maxFileBytes + FORM_BYTES,
    onError: (c) => tooLarge(c, `a document may have ${maxFileBytes} bytes; MAX_FILE_BYTES sets how many`),
  });
  app.post('/documents', admin, limit, async (c) => {
    if (!/^multipart\/form-data\b/i.test(c.req.header('content-type') ?? ''))
      return problem(c, 415, 'send the document as multipart/form-data, in the field "file"');
    const { file } = await c.req.parseBody().catch(() => ({ file: undefined }));
    if (!(file instanceof File)) return problem(c, 400, 'the form must hold one file in the field "file"', [{ field: 'file', message: 'is missing' }]);
    if (file.size === 0) return problem(c, 400, 'the file is empty', [{ field: 'file', message: 'is empty' }]);
    if (file.size > maxFileBytes) return problem(c, 413, `the file has ${file.size} bytes, more than the ${maxFileBytes} that MAX_FILE_BYTES allows`);
    try {
      const source = safeSource(file.name);
      const { replaced } = await putDocument(corpusFolder, source, new Uint8Array(await file.arrayBuffer()));
      return c.json({ source, bytes: file.size, replaced }, replaced ? 200 : 201);
    } catch (error) {
      if (error instanceof DocumentNameError) return problem(c, 400, error.message, [{ field: 'file', message: error.message }]);
      throw error;
    }
  });
  app.delete('/documents/:source{.+}', admin, async (c) => {
    const name = c.req.param('source');
    try {
      if (await removeDocument(corpusFolder, safeSource(name))) return c.body(null, 204);
      return problem(c, 404, `there is no file ${name} in the document folder`);
    } catch (error) {
      if (error instanceof DocumentNameError) return problem(c, 400, error.message);
      throw error;
    }
  });
}
