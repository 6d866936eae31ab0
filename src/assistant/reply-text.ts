import type { Reply } from './reply.js';

/** Characters of a passage that are shown where the documents do not answer. */
const MAX_EXCERPT = 160;

/** Where a paragraph stands in its document: `p. 2, paragraph 3`. */
export const placeText = ({ page, paragraph }: { page?: number | undefined; paragraph: number }): string =>
  `${page ? `p. ${page}, ` : ''}paragraph ${paragraph}`;

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/**
 * What a reader wants to see under an answer: where the documents disagree and the quotes it rests on, or the nearest
 * passages where they do not answer; then what did not go as it should have. Empty, or a text that begins with a blank line.
 *
 * @param quiet Makes text of documents harmless where the reader's program would take some of it for marks.
 */
export function underAnswer(
  { answered, citations, conflicts, passages, aliases = [], warnings = [] }: Reply,
  quiet: (text: string) => string = (text) => text,
): string {
  const say = (text: string) => quiet(onOneLine(text));
  const disagreements = conflicts.map(({ values }) => values.map(({ value, citations: ids }) => `${say(value)} [${ids.join(', ')}]`).join('; '));
  const items = answered
    ? citations.map(({ id, source, quote, ...place }) => `[${id}] ${say(source)}, ${placeText(place)}: "${say(quote)}"`)
    : passages.map(({ source, text, ...place }) => `${say(source)}, ${placeText(place)}: ${say(text.slice(0, MAX_EXCERPT))}`);
  const list = items.length > 0 ? [answered ? 'Sources:' : 'The nearest passages:', ...items.map((item) => `- ${item}`)].join('\n') : '';
  const notes = [...aliases.map(({ said, used }) => `Note: "${say(said)}" is "${say(used)}" there.`), ...warnings.map((warning) => `Note: ${say(warning)}.`)];
  return [...disagreements.map((values) => `The documents disagree: ${values}`), list, ...notes]
    .filter(Boolean)
    .map((part) => `\n\n${part}`)
    .join('');
}

/** A reply as plain text for people and for language models. */
export const replyText = (reply: Reply): string => reply.answer + underAnswer(reply);
