import { z } from 'zod';
import { askReply, index, page, questionText, searchReply, sourceSummary } from '../server/schemas.js';

const source = z.string().min(1).max(1024);
const sources = z.array(source).min(1).max(1000).optional().describe('Only these sources; list_sources names them');
const topK = z.number().int().min(1).max(20).optional().describe('Passages in the result; 5 where it is not given');
const position = z.number().int().min(1);

/** What each tool takes. An unknown argument is refused, because a misspelt one would be ignored silently. */
export const inputs = {
  ask: z.strictObject({ question: questionText.describe('A question about the documents, in full words'), sources, topK }),
  search: z.strictObject({ query: questionText.describe('What to look for'), sources, topK }),
  readSource: z.strictObject({
    source: source.describe('Name of the source, as list_sources, search and citations have it'),
    from: position.optional().describe('First paragraph; 1 where it is not given'),
    to: position.optional().describe('Last paragraph; the last of the source where it is not given'),
  }),
  listSources: z.strictObject({
    offset: z.number().int().min(0).optional().describe('Sources to leave out at the beginning; 0 where it is not given'),
    limit: z.number().int().min(1).max(1000).optional().describe('Sources in the result; 100 where it is not given'),
  }),
};

const paragraph = z.object({
  paragraph: z.number().int(),
  start: z.number().int(),
  end: z.number().int(),
  heading: z.boolean(),
  page,
  text: z.string(),
});

/** What each tool gives. */
export const outputs = {
  ask: askReply,
  search: searchReply,
  readSource: z.object({
    source: z.string(),
    title: z.string(),
    sha256: z.string(),
    metadata: z.record(z.string(), z.string()),
    paragraphCount: z.number().int(),
    paragraphs: z.array(paragraph),
    next: z.number().int().nullable().describe('Where to read on when not all that was asked for fitted into one result'),
    index,
  }),
  listSources: z.object({ sources: z.array(sourceSummary), total: z.number().int(), index }),
};

export type SourcePart = z.infer<typeof outputs.readSource>;
export type SourcePage = z.infer<typeof outputs.listSources>;
