import type { UsedAlias } from '../aliases/expand.js';
import type { Answer } from '../answering/answer.js';
import { plainSentence } from '../answering/plain-sentence.js';
import type { Document } from '../documents/document.js';
import type { Generation } from '../generation/open.js';
import type { Candidate } from '../retrieval/retrieve.js';
import type { RetrievedParagraph } from '../retrieval/retriever.js';
import type { DraftSentence, Quote } from '../verification/verify.js';
import type { AskEvent } from './events.js';
import { sourceUrl } from './source.js';

export interface Citation extends Quote {
  /** 1-based; the answer refers to it as `[1]`. */
  id: number;
  title: string;
  url: string;
  /** 1-based page on which the paragraph begins, in a document that has pages. */
  page?: number;
}

export interface Reply {
  answer: string;
  answered: boolean;
  /** 0 to 1: how likely the best evidence is to answer the question. */
  confidence: number;
  shortAnswer: string | null;
  citations: Citation[];
  conflicts: { about: string; values: { value: string; citations: number[] }[] }[];
  passages: RetrievedParagraph[];
  rewrittenQuestion: string | null;
  /** Names in the question that the quotes have otherwise; missing where there are none. */
  aliases?: UsedAlias[];
  index: { generation: string; builtAt: string };
  mode: 'extractive' | 'generative';
  /** Name and version of the prompt that the language model was given, where it worded the answer: `answer@1`. */
  prompt?: string;
  /** What did not go as it should have, in words for the caller. */
  warnings?: string[];
  /** Name of the kept conversation, where it is kept. */
  conversationId?: string;
  tookMs: number;
}

/** Said when the documents do not carry an answer. */
export const NOT_IN_DOCUMENTS = 'The documents do not answer this question.';

/** Added where the question is in another language than the documents. */
export const OTHER_LANGUAGE =
  'It seems to be in another language than the documents, of which the search understands only names, numbers and dates; ask in their language, or set EMBEDDING_MODEL to a multilingual model.';

/** Which index answered. */
export const indexOf = ({ manifest: { generation, builtAt } }: Generation): Reply['index'] => ({ generation, builtAt });

/** To four digits, as replies have numbers. */
export const round = (x: number): number => Math.round(x * 1e4) / 1e4;

/** The paragraphs of candidates, best first, none twice. */
export function toPassages(generation: Generation, candidates: Candidate[], count: number): RetrievedParagraph[] {
  const best = new Map<string, RetrievedParagraph>();
  for (const { id, score } of candidates) {
    const passage = generation.passages[id];
    const document = passage && generation.documents.get(passage.source);
    const paragraph = passage && document?.paragraphs[passage.paragraph - 1];
    if (!document || !paragraph) continue;
    const key = `${passage.source}#${passage.paragraph}`;
    if (best.has(key)) continue;
    const { start, end } = paragraph;
    best.set(key, {
      source: passage.source,
      title: document.title,
      paragraph: passage.paragraph,
      start,
      end,
      text: document.text.slice(start, end),
      score: round(score),
      ...(paragraph.page ? { page: paragraph.page } : {}),
    });
  }
  return [...best.values()].slice(0, count);
}

/** Says the sentences of an answer one after the other, and numbers their quotes in the order they are first used. */
export function startAnswer(documents: ReadonlyMap<string, Document>, onEvent: (event: AskEvent) => void) {
  const citations: Citation[] = [];
  let text = '';
  const idOf = (quote: Quote): number => {
    const known = citations.find(({ source, start, end }) => source === quote.source && start === quote.start && end === quote.end);
    if (known) return known.id;
    const id = citations.length + 1;
    const document = documents.get(quote.source);
    const page = document?.paragraphs[quote.paragraph - 1]?.page;
    const url = sourceUrl(quote.source, quote.paragraph);
    citations.push({ id, title: document?.title ?? quote.source, url, ...quote, ...(page ? { page } : {}) });
    return id;
  };
  const say = (sentence: DraftSentence): void => {
    const known = citations.length;
    const citationIds = sentence.quotes.map(idOf);
    const said = `${text ? ' ' : ''}${sentence.text} [${citationIds.join(', ')}]`;
    text += said;
    onEvent({ type: 'sentence', text: said, citations: citations.slice(known), citationIds });
  };
  return { citations, idOf, say, text: () => text };
}

type SaidAnswer = ReturnType<typeof startAnswer>;

/** What a reply says of the documents; how it came about is added by who asks. */
export function toReply(
  generation: Generation,
  answer: Answer,
  said: SaidAnswer,
  passages: RetrievedParagraph[],
): Omit<Reply, 'rewrittenQuestion' | 'mode' | 'tookMs'> {
  const answered = said.text() !== '';
  const conflicts = answered
    ? answer.conflicts.map(({ about, values }) => ({
        about,
        values: values.map(({ value, quotes }) => ({ value: plainSentence(value).replace(/\.$/, ''), citations: quotes.map(said.idOf) })),
      }))
    : [];
  return {
    answer: answered ? said.text() : NOT_IN_DOCUMENTS,
    answered,
    confidence: round(answer.confidence),
    shortAnswer: answer.shortAnswer,
    citations: said.citations,
    conflicts,
    passages,
    index: indexOf(generation),
  };
}
