import type { Generation } from '../generation/open.js';
import type { Passage } from '../passages/passage.js';
import type { Span } from '../passages/sentences.js';
import type { Candidate } from '../retrieval/retrieve.js';
import { term, words } from '../text/terms.js';
import { covers, findNames, findValues } from '../text/values.js';
import type { AnswerType, Question } from './question.js';

/** A sentence that may carry the answer, with what speaks for it. */
export interface Evidence {
  passage: Passage;
  candidate: Candidate;
  sentence: Span;
  text: string;
  features: number[];
}

/** Names of the features, in the order of {@link Evidence.features}; all lie between 0 and about 1. */
export const EVIDENCE_FEATURES = [
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
] as const;

const share = (part: number, whole: number): number => (whole > 0 ? part / whole : 1);

const termsOf = (text: string): Set<string> => new Set(words(text).map((word) => term(word.text)));

function coverage(question: Question, present: Set<string>): number {
  const total = question.terms.reduce((sum, { weight }) => sum + weight, 0);
  return share(question.terms.reduce((sum, { term: word, weight }) => sum + (present.has(word) ? weight : 0), 0), total);
}

const shareOfNames = (question: Question, present: Set<string>): number => share(question.names.filter((name) => present.has(name)).length, question.names.length);

function shareOfValues(question: Question, text: string): number {
  if (question.values.length === 0) return 1;
  const facts = findValues(text).flatMap(({ values }) => values);
  return share(question.values.filter((claim) => facts.some((fact) => covers(fact, claim))).length, question.values.length);
}

/** Whether a sentence holds something of the asked kind that the question does not name itself; null where any will do. */
export function holdsType(type: AnswerType, sentence: string, asked: Set<string>): boolean | null {
  const values = () => findValues(sentence).flatMap((value) => value.values);
  const newNames = () => findNames(sentence).filter(({ text }) => !asked.has(term(text)));
  switch (type) {
    case 'date':
      return values().some((value) => value.kind === 'date');
    case 'number':
      return values().some((value) => value.kind === 'number');
    case 'person':
      return /(?:^|[\s(“"])(?:\p{Lu}[\p{L}.’'-]+\s+){1,3}\p{Lu}[\p{L}’'-]+/u.test(sentence) && newNames().length > 0;
    case 'place':
      return newNames().some(({ initial }) => !initial);
    default:
      return null;
  }
}

/** Sentences of the candidates with their features; the candidates come best first. */
export function collectEvidence(generation: Generation, question: Question, candidates: Candidate[]): Evidence[] {
  const best = candidates[0]?.score ?? 0;
  const asked = new Set(question.terms.map(({ term: word }) => word));
  return candidates.flatMap((candidate) => {
    const passage = generation.passages[candidate.id] as Passage;
    const whole = `${passage.context} ${generation.text(passage)}`;
    const wholeTerms = termsOf(whole);
    const top = Math.max(...candidate.sentences);
    const passageFeatures = { coverage: coverage(question, wholeTerms), names: shareOfNames(question, wholeTerms), values: shareOfValues(question, whole) };
    return passage.sentences.map((sentence, i): Evidence => {
      const text = generation.documents.get(passage.source)?.text.slice(sentence.start, sentence.end) ?? '';
      const own = termsOf(text);
      const cosine = candidate.sentences[i] as number;
      const typed = holdsType(question.type, text, asked);
      const features = [
        cosine,
        candidate.cosine,
        candidate.lexical,
        best - candidate.score,
        coverage(question, own),
        passageFeatures.coverage,
        typed === true ? 1 : 0,
        typed === false ? 1 : 0,
        shareOfNames(question, own),
        passageFeatures.names,
        shareOfValues(question, text),
        passageFeatures.values,
        cosine === top ? 1 : 0,
        Math.min(1, words(text).length / 60),
      ];
      return { passage, candidate, sentence, text, features };
    });
  });
}
