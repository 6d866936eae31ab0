// @ts-check
/**
 * Links to places in documents, such as `#source=brief.md&p=4&at=812-930`.
 *
 * @import { Citation } from './server.js'
 * @typedef {{source: string, paragraph: number, start?: number | undefined, end?: number | undefined}} Place
 */

/**
 * Quotes by the link that leads to them, to check on opening that the document still says so.
 *
 * @type {Map<string, string>}
 */
const quotes = new Map();

/** @param {Place} place */
export function linkTo({ source, paragraph, start, end }) {
  const characters = start === undefined || end === undefined ? '' : `&at=${start}-${end}`;
  return `#source=${encodeURIComponent(source).replaceAll('%2F', '/')}&p=${paragraph}${characters}`;
}

/**
 * @param {string} hash
 * @returns {Place | null}
 */
export function readLink(hash) {
  const values = new URLSearchParams(hash.slice(1));
  const source = values.get('source');
  if (!source) return null;
  const [start, end] =
    /^(\d+)-(\d+)$/
      .exec(values.get('at') ?? '')
      ?.slice(1)
      .map(Number) ?? [];
  return { source, paragraph: Number.parseInt(values.get('p') ?? '1', 10) || 1, start, end };
}

/** @param {Citation} citation */
export function citationLink(citation) {
  const href = linkTo(citation);
  quotes.set(href, citation.quote);
  return href;
}

/** Where a paragraph stands, such as "p. 3, paragraph 12". @param {{paragraph: number, page?: number | undefined}} place */
export const placeText = ({ paragraph, page }) => `${page ? `p. ${page}, ` : ''}paragraph ${paragraph}`;

/** @param {string} quote @param {{title: string, source: string, paragraph: number, page?: number | undefined}} place */
export const citationText = (quote, place) => `"${quote}" (${place.title}, ${place.source}, ${placeText(place)})`;

/** Address of the file a document was read from, at a page of it. @param {string} source @param {number | undefined} page */
export const originalAddress = (source, page) => `originals/${encodeURIComponent(source).replaceAll('%2F', '/')}${page ? `#page=${page}` : ''}`;

/**
 * What the citation that leads to a place quotes; undefined where no answer on the page cites it.
 *
 * @param {Place} place
 */
export const quoteAt = (place) => quotes.get(linkTo(place));
