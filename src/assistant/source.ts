import type { Document, Paragraph } from '../documents/document.js';

/** Address of a source on the server, and of a paragraph in it. */
export const sourceUrl = (source: string, paragraph?: number): string =>
  `/sources/${source.split('/').map(encodeURIComponent).join('/')}${paragraph === undefined ? '' : `#p${paragraph}`}`;

/** A document in a list of sources. */
export const sourceSummary = ({ source, title, paragraphs, sha256 }: Document) => ({
  source,
  title,
  paragraphs: paragraphs.length,
  sha256,
  url: sourceUrl(source),
});

/** A paragraph without its text; a document without pages has no `page`. */
export const paragraphPlace = ({ paragraph, start, end, heading, page }: Paragraph) => ({ paragraph, start, end, heading, ...(page ? { page } : {}) });
