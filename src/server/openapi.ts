import { problemReply } from './schemas.js';

/** A reply of JSON, for the description of the API. */
export const json = <T>(content: T, description: string) => ({ content: { 'application/json': { schema: content } }, description });

/** A required body of JSON. */
export const body = <T>(content: T) => ({ body: { required: true, content: { 'application/json': { schema: content } } } });

/** A problem document. */
export const failed = (description: string) => ({ content: { 'application/problem+json': { schema: problemReply } }, description });
