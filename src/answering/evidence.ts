import { withAliases } from '../aliases/expand.js';
import type { Generation } from '../generation/open.js';
import type { Passage } from '../passages/passage.js';
import type { Span } from '../passages/sentences.js';
import type { Reading } from '../reading/reader.js';
import type { Candidate } from '../retrieval/retrieve.js';
import { termSet, words } from '../text/terms.js';
import { covers, findValues } from '../text/values.js';
import { holdsKind, holdsUnit, mayNameAgent } from './asked-kind.js';
import { type Question, weightOf } from './question.js';
import { statedDate, temporalFit } from './temporal.js';

/** A sentence that may carry the answer, with what speaks for it. */
export interface Evidence {
  passage: Passage;
  candidate: Candidate;
  sentence: Span;
  text: string;
  features: number[];
  /** The span in it that the reader takes for the answer, in UTF-16 code units of the document's text. */
  span: Span | null;
}

/** Names of the features that need no reader, in the order of {@link Evidence.features}; all lie between 0 and about 1. */
export const BASIC_FEATURES = [
  'sentenceCosine',
  'passageCosine',
  'lexical',
  'fusedGap',
  'sentenceCoverage',
  'passageCoverage',
  'typePresent',
  'typeAbsent',
  'namesInSentence',
  'namesInPassage',
  'valuesInSentence',
  'valuesInPassage',
  'bestInPassage',
  'length',
  'temporalFit',
  'otherOrdinal',
  'countsAsked',
  'countedAbsent',
  'unitAbsent',
  'documentGap',
  'seriesGap',
  'otherDocumentValue',
  'betterElsewhere',
  'focusInSentence',
  'focusInPassage',
] as const;

/** Names of the features that the trained reader adds after the basic ones; between about -2 and 1. */
export const READER_FEATURES = [
  'relevance',
  'relevanceGap',
  'answerable',
  'sentenceMargin',
  'sentenceMarginGap',
  'holdsSpan',
  'readsBetterElsewhere',
  'agentInSpan',
  'noAgentInSpan',
] as const;

/** Logits are brought to the size of the other features, and capped where they say no more. */
const LOGIT_SCALE = 5;
const LOGIT_FLOOR = -2;
const scaled = (logit: number): number => Math.max(LOGIT_FLOOR, logit / LOGIT_SCALE);

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 1);

/** Share of the question's terms that are present, rare ones weighing more. */
export const coverage = (question: Question, present: Set<string>): number => share(weightOf(question.terms, present), weightOf(question.terms));

const shareOf = (wanted: string[], present: Set<string>): number => share(wanted.filter((word) => present.has(word)).length, wanted.length);

function shareOfValues(question: Question, text: string): number {
  if (question.values.length === 0) return 1;
  const facts = findValues(text).flatMap(({ values }) => values);
  return share(question.values.filter((claim) => facts.some((fact) => covers(fact, claim))).length, question.values.length);
}

/** Whether a sentence gives another ordinal than the question does, and not the question's: the 7th, not the 6th meeting. */
function givesOtherOrdinal(question: Question, text: string): boolean {
  const asked = question.values.filter(({ kind }) => kind === 'ordinal');
  if (asked.length === 0) return false;
  const given = findValues(text).flatMap(({ values }) => values.filter(({ kind }) => kind === 'ordinal'));
  return given.length > 0 && !asked.some((claim) => given.some((fact) => covers(fact, claim)));
}

/** Features of one sentence that come from the reader, in the order of {@link READER_FEATURES}. */
function readerFeatures(reading: Reading, from: number, to: number, best: { relevance: number; margin: number }): number[] {
  const margin = reading.marginWithin(from, to);
  const holdsSpan = reading.span !== null && reading.span.start >= from && reading.span.end <= to;
  return [
    scaled(reading.relevance),
    scaled(reading.relevance - best.relevance),
    scaled(reading.answerable),
    scaled(margin / 2),
    scaled((margin - best.margin) / 2),
    holdsSpan ? 1 : 0,
  ];
}

/** Whether the reader's span may say who, where that is asked, and whether it may not. */
function agentFeatures({ asksWho }: Question, span: string | null): number[] {
  if (!asksWho) return [0, 0];
  return span !== null && mayNameAgent(span) ? [1, 0] : [0, 1];
}

/** Shortest and longest span that is offered as an answer by itself, in characters. */
const isUsable = ({ start, end }: Span): boolean => end > start && end - start <= 200;

/**
 * Sentences of the candidates with their features; the candidates come best first.
 *
 * @param counts Whether a text counts such things as the question does.
 * @param readings What the reader made of each candidate's passage; without them there are basic features only.
 */
export function collectEvidence(
  generation: Generation,
  question: Question,
  candidates: Candidate[],
  counts: (text: string) => boolean,
  readings?: Reading[],
): Evidence[] {
  const bestScore = candidates[0]?.score ?? 0;
  const asked = new Set(question.terms.map(({ term: word }) => word));
  const bestReading = {
    relevance: Math.max(...(readings ?? []).map(({ relevance }) => relevance)),
    margin: Math.max(...(readings ?? []).map(({ margin }) => margin)),
  };
  // What a document of the same series, but another than the one asked about, has to say: where that fits the question
  // better than anything in the right one, the right one probably leaves it out.
  const foreign = candidates.flatMap((candidate, i) => (candidate.document.seriesGap > 0 ? [{ candidate, margin: readings?.[i]?.margin ?? 0 }] : []));
  const elsewhere = {
    score: Math.max(...foreign.map(({ candidate }) => candidate.score + candidate.misfit)),
    margin: Math.max(...foreign.map(({ margin }) => margin)),
  };
  const evidence = candidates.flatMap((candidate, rank) => {
    const passage = generation.passages[candidate.id] as Passage;
    const whole = `${passage.context} ${generation.text(passage)}`;
    const wholeTerms = withAliases(termSet(whole), question.mentions);
    const top = Math.max(...candidate.sentences);
    const inPassage = { coverage: coverage(question, wholeTerms), names: shareOf(question.names, wholeTerms), values: shareOfValues(question, whole) };
    const reading = readings?.[rank];
    return passage.sentences.map((sentence, i): Evidence => {
      const text = generation.text({ source: passage.source, ...sentence });
      const own = withAliases(termSet(text), question.mentions);
      const cosine = candidate.sentences[i] as number;
      const typed = holdsKind(question, text, asked, generation.lexical);
      const counted = question.countedThing !== null && counts(text);
      const basic = [
        cosine,
        candidate.cosine,
        candidate.lexical,
        bestScore - candidate.score,
        coverage(question, own),
        inPassage.coverage,
        typed === true ? 1 : 0,
        typed === false ? 1 : 0,
        shareOf(question.names, own),
        inPassage.names,
        shareOfValues(question, text),
        inPassage.values,
        cosine === top ? 1 : 0,
        Math.min(1, words(text).length / 60),
        0, // temporalFit needs all sentences; it is filled in below
        givesOtherOrdinal(question, text) ? 1 : 0,
        counted ? 1 : 0,
        question.countedThing && !counted ? 1 : 0,
        question.unit && !holdsUnit(question.unit, text) ? 1 : 0,
        candidate.document.gap,
        candidate.document.seriesGap,
        candidate.document.otherValue ? 1 : 0,
        Math.max(0, elsewhere.score - candidate.score),
        shareOf(question.focus, own),
        shareOf(question.focus, wholeTerms),
      ];
      const [from, to] = [sentence.start - passage.start, sentence.end - passage.start];
      const found = reading?.spanWithin(from, to);
      const span = found && isUsable(found) ? { start: found.start + passage.start, end: found.end + passage.start } : null;
      const features = reading
        ? [
            ...basic,
            ...readerFeatures(reading, from, to, bestReading),
            Math.max(0, scaled((elsewhere.margin - reading.margin) / 2)),
            ...agentFeatures(question, span && text.slice(span.start - sentence.start, span.end - sentence.start)),
          ]
        : basic;
      return { passage, candidate, sentence, text, features, span };
    });
  });
  return fillTemporalFit(question, evidence);
}

/** Share of the question's words that a sentence has, rare ones weighing more. */
export const sentenceCoverage = ({ features }: Evidence): number => features[SENTENCE_COVERAGE] as number;

/** Dates are compared among the passages that are about what is asked: with this share of the words of the nearest one. */
const COMPARED_SHARE = 0.5;
const TEMPORAL_FIT = BASIC_FEATURES.indexOf('temporalFit');
const SENTENCE_COVERAGE = BASIC_FEATURES.indexOf('sentenceCoverage');
const PASSAGE_COVERAGE = BASIC_FEATURES.indexOf('passageCoverage');

function fillTemporalFit(question: Question, evidence: Evidence[]): Evidence[] {
  const coverageOf = ({ features }: Evidence) => features[PASSAGE_COVERAGE] as number;
  const most = Math.max(...evidence.map(coverageOf));
  const dates = evidence.map((item) => (question.temporal && coverageOf(item) >= COMPARED_SHARE * most ? statedDate(item.text) : null));
  const fits = temporalFit(question.temporal, dates);
  return evidence.map((item, i) => ({ ...item, features: item.features.with(TEMPORAL_FIT, fits[i] as number) }));
}
