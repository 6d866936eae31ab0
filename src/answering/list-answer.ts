import type { Document, Paragraph } from '../documents/document.js';
import type { Generation } from '../generation/open.js';
import { listItems, type Span, splitSentences } from '../passages/sentences.js';
import { numbersIn } from '../text/values.js';
import type { DraftSentence } from '../verification/verify.js';
import { countWords, plainSentence } from './plain-sentence.js';
import { type AnswerType, ONE_VALUE } from './question.js';
import { quoteOf } from './quote.js';
import type { RankedEvidence } from './ranker.js';

/** A line that introduces what comes after it, maybe in Markdown's bold. */
const INTRODUCES = /[:;][*_]*\s*$/;

/** A sentence that introduces a list, and the paragraphs that hold its items. */
interface List {
  introduction: Paragraph;
  paragraphs: Paragraph[];
}

/** The list that a paragraph introduces or is part of; null where it does neither. */
function listAt({ text, paragraphs }: Document, paragraph: number): List | null {
  const at = paragraph - 1;
  let first = paragraphs[at]?.lead ? at : at + 1;
  const lead = paragraphs[first]?.lead;
  // The header row of a table leads its rows, but introduces no list.
  if (!lead || !INTRODUCES.test(lead)) return null;
  while (paragraphs[first - 1]?.lead === lead) first--;
  const introduction = paragraphs[first - 1];
  if (!introduction || !INTRODUCES.test(text.slice(introduction.start, introduction.end))) return null;
  const end = paragraphs.findIndex((each, i) => i > first && each.lead !== lead);
  return { introduction, paragraphs: paragraphs.slice(first, end < 0 ? undefined : end) };
}

/** Whether a sentence before the introduction says of how many things the list is: "Four ports share the costs. ... They are:". */
function announces(text: string, paragraph: number, { start, end }: Span, { introduction, paragraphs }: List): boolean {
  if (paragraph !== introduction.paragraph) return false;
  const items = paragraphs.reduce((sum, each) => sum + listItems(text, each).length, 0);
  return numbersIn(text.slice(start, end)).includes(items);
}

/** An item as part of a sentence. */
const plainItem = (text: string): string => plainSentence(text).replace(/[.;,:]$/, '');

/**
 * The whole list that a sentence introduces, or of which it is an item, as one sentence: a lead-in by itself says nothing,
 * and who asks for a list wants all of it. Items that go beyond the words allowed are left out.
 *
 * @param asked Of what kind the answer is to be; who asks for a list wants it also where an item or a sentence before the introduction was found.
 * @returns null where the sentence has nothing to do with a list.
 */
export function listSentence(
  generation: Generation,
  { passage, sentence }: Pick<RankedEvidence, 'passage' | 'sentence'>,
  asked: AnswerType,
  maxWords: number,
): DraftSentence | null {
  const { source } = passage;
  const document = generation.documents.get(source);
  const list = document && listAt(document, passage.paragraph);
  if (!list) return null;
  const { text } = document;
  const { introduction, paragraphs } = list;
  const lead = splitSentences(text, introduction).at(-1);
  const isLead = passage.paragraph === introduction.paragraph && sentence.end === lead?.end;
  if (!lead || !(isLead || asked === 'list' || (!ONE_VALUE.has(asked) && announces(text, passage.paragraph, sentence, list)))) return null;
  const quoted = ({ paragraph }: Paragraph, span: Span) => quoteOf(generation, { source, paragraph }, span);
  const introducing = plainSentence(text.slice(lead.start, lead.end));
  const items: string[] = [];
  const quotes = [quoted(introduction, lead)];
  let words = countWords(introducing);
  for (const paragraph of paragraphs) {
    const taken: Span[] = [];
    for (const span of listItems(text, paragraph)) {
      const item = plainItem(text.slice(span.start, span.end));
      words += countWords(item);
      if (words > maxWords) break;
      items.push(item);
      taken.push(span);
    }
    const [from, to] = [taken[0], taken.at(-1)];
    if (from && to) quotes.push(quoted(paragraph, { start: from.start, end: to.end }));
    if (words > maxWords) break;
  }
  return items.length === 0 ? null : { text: `${introducing} ${items.join('; ')}.`, quotes };
}
