import type { Generation } from '../generation/open.js';
import type { Span } from '../passages/sentences.js';
import type { Quote } from '../verification/verify.js';

/** A stretch of a paragraph as a quote of its source. */
export function quoteOf(generation: Generation, { source, paragraph }: Pick<Quote, 'source' | 'paragraph'>, { start, end }: Span): Quote {
  return { source, paragraph, start, end, quote: generation.documents.get(source)?.text.slice(start, end) ?? '' };
}
