import type { Citation, Reply } from './assistant.js';

/** Characters of a passage that are shown where the documents do not answer. */
const MAX_EXCERPT = 160;

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const citationLine = ({ id, source, paragraph, quote }: Citation): string => `[${id}] ${source}, paragraph ${paragraph}: "${onOneLine(quote)}"`;

/**
 * What a reader wants to see under an answer, as lines: the quotes it rests on and where the documents disagree, or
 * the nearest passages where they do not answer.
 */
export function linesUnderAnswer({ answered, citations, conflicts, passages }: Reply): string[] {
  if (answered) {
    const disagreements = conflicts.map(({ values }) => values.map(({ value, citations: ids }) => `${value} [${ids.join(', ')}]`).join('; '));
    return [...citations.map(citationLine), ...disagreements.map((values) => `The documents disagree: ${values}`)];
  }
  return passages.map(({ source, paragraph, text }) => `${source}, paragraph ${paragraph}: ${onOneLine(text).slice(0, MAX_EXCERPT)}`);
}

/** A reply as plain text for people and for language models. */
export function replyText(reply: Reply): string {
  const lines = linesUnderAnswer(reply);
  if (reply.answered || lines.length === 0) return [reply.answer, '', ...lines].join('\n').trim();
  return [reply.answer, '', 'The nearest passages:', ...lines.map((line) => `- ${line}`)].join('\n');
}
