import { indexOf } from '../assistant/reply.js';
import { paragraphPlace, sourceSummary } from '../assistant/source.js';
import type { Generation } from '../generation/open.js';
import type { SourcePage, SourcePart } from './schemas.js';

/** Characters of text in one result: some 5,000 tokens, so that a large source does not fill a model's window at once. */
const MAX_CHARACTERS = 20_000;

const DEFAULT_SOURCES = 100;

/** Thrown for a place that the documents do not have; the message says what they have. */
export class NoSuchPlaceError extends Error {}

/**
 * Paragraphs of a source, from one number to another, as many as fit into one result and at least one.
 *
 * @throws NoSuchPlaceError when there is no such source or range.
 */
export function readSourcePart(
  generation: Generation,
  { source, from = 1, to }: { source: string; from?: number | undefined; to?: number | undefined },
): SourcePart {
  const document = generation.documents.get(source);
  if (!document) throw new NoSuchPlaceError(`there is no source ${source}; list_sources names those there are`);
  const { title, sha256, metadata, text } = document;
  const count = document.paragraphs.length;
  if (from > count) throw new NoSuchPlaceError(`${source} has ${count} paragraphs; it cannot be read from ${from}`);
  if (to !== undefined && to < from) throw new NoSuchPlaceError(`the range from ${from} to ${to} is empty`);
  const asked = document.paragraphs.slice(from - 1, to);
  const lengths = asked.map(({ start, end }) => end - start);
  let fitting = 1;
  for (let used = lengths[0] ?? 0; fitting < asked.length; fitting++) {
    used += lengths[fitting] ?? 0;
    if (used > MAX_CHARACTERS) break;
  }
  const paragraphs = asked.slice(0, fitting).map((one) => ({ ...paragraphPlace(one), text: text.slice(one.start, one.end) }));
  return {
    source,
    title,
    sha256,
    metadata,
    paragraphCount: count,
    paragraphs,
    next: fitting < asked.length ? from + fitting : null,
    index: indexOf(generation),
  };
}

/** The sources of an index, a page at a time, in the order of their names. */
export function listSourcePage(
  generation: Generation,
  { offset = 0, limit = DEFAULT_SOURCES }: { offset?: number | undefined; limit?: number | undefined },
): SourcePage {
  const documents = [...generation.documents.values()];
  const sources = documents.slice(offset, offset + limit).map(sourceSummary);
  return { sources, total: documents.length, index: indexOf(generation) };
}
