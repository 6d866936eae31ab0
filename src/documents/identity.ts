import { terms } from '../text/terms.js';
import { blank, type DateValue, findValues, type NumberValue } from '../text/values.js';
import type { Document } from './document.js';

/**
 * In a folder of look-alikes a paragraph does not say which meeting or report it belongs to; the title, the front
 * matter, the file name and the first lines do. They are a document's identity.
 */
export interface Identity {
  /** Terms of the title without its numbers and dates: what documents of one series share. None stands there twice. */
  form: string[];
  terms: string[];
  values: (DateValue | NumberValue)[];
}

/** Characters at the beginning of a document that may tell what it is. */
const MAX_HEAD = 600;

/** A text whose numbers and dates are blanked. */
export const withoutValues = (text: string): string => findValues(text).reduce(blank, text);

/** Reads what tells a document from others like it. */
export function readIdentity({ source, title, metadata, text, paragraphs }: Document): Identity {
  const firstBody = paragraphs.find(({ heading }) => !heading)?.end ?? 0;
  const name = source.replace(/\.\w+$/, '').replace(/[^\p{L}\p{N}]+/gu, ' ');
  const told = [title, ...Object.values(metadata), text.slice(0, Math.min(firstBody, MAX_HEAD)), name].join('\n');
  const values = new Map(findValues(told).flatMap((value) => value.values.map((each) => [JSON.stringify(each), each])));
  return { form: [...new Set(terms(withoutValues(title)))], terms: [...new Set(terms(told))], values: [...values.values()] };
}
