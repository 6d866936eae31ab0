import { withoutValues } from '../documents/identity.js';
import type { Generation } from '../generation/open.js';
import { terms } from '../text/terms.js';
import { covers, type DateValue, findValues, type NumberValue } from '../text/values.js';

/** How well a passage fits what a question says of its document. */
export interface DocumentFit {
  /** How much more of what the question mentions the identity of another document has; 0 to 1, rare things weighing more. */
  gap: number;
  /** How much better another document of the same series fits, or the one of a series that the question names. */
  seriesGap: number;
  /** The question gives a number or date that tells documents of the series apart, and this passage's document has another. */
  otherValue: boolean;
}

/** Documents that fit best have all their passages looked at, unless that is too many. */
const MAX_FITTING_PASSAGES = 400;

/** A document is named by a question if it has this share of what the question mentions of any document. */
const NAMED = 0.8;

/** Titles that share this much of their words are of one series. */
const SAME_SERIES = 0.5;

function sameSeries(a: string[], b: string[]): boolean {
  const common = a.filter((word) => b.includes(word)).length;
  return common > 0 && common >= SAME_SERIES * (a.length + b.length - common);
}

/** Something the question mentions by which documents can be told apart. */
interface Mark {
  weight: number;
  /** Documents whose identity has it, by number. */
  holders: Uint32Array;
  isValue: boolean;
  standsIn(passage: { terms: ReadonlySet<string>; values: (DateValue | NumberValue)[] }): boolean;
}

/** A passage as far as its fit is concerned. */
export interface FittedPassage {
  /** Number of its document. */
  document: number;
  /** Text and context. */
  text: string;
}

/** How the passages of a generation fit a question. */
export interface DocumentFits {
  fit(passages: FittedPassage[]): DocumentFit[];
  /** Passages of the documents that fit best; none where the question says nothing that tells documents apart. */
  bestPassages: number[];
}

const NEUTRAL: DocumentFit = { gap: 0, seriesGap: 0, otherValue: false };

function marksOf({ identities }: Generation, question: string): Mark[] {
  const count = identities.size;
  /** 1 for what one document has, 0 for what all have. */
  const weigh = (number: number): number => (count > 1 ? Math.log(count / number) / Math.log(count) : 0);
  const words = [...new Set(terms(withoutValues(question)))].flatMap((word): Mark[] => {
    const holders = identities.holdersOf(word);
    return holders.length > 0 ? [{ weight: weigh(holders.length), holders, isValue: false, standsIn: (passage) => passage.terms.has(word) }] : [];
  });
  const values = findValues(question)
    .flatMap((value) => value.values)
    .map((claim): Mark => {
      const holders = identities.statersOf(claim);
      const standsIn: Mark['standsIn'] = (passage) => passage.values.some((fact) => covers(fact, claim));
      return { weight: holders.length > 0 ? weigh(holders.length) : 0, holders, isValue: true, standsIn };
    });
  return [...words, ...values].filter(({ weight }) => weight > 0);
}

/** The passages of documents; none where they are too many. */
function passagesOf({ firstPassage }: Generation, documents: number[]): number[] {
  const passages: number[] = [];
  for (const document of documents) {
    for (let id = firstPassage[document] as number; id < (firstPassage[document + 1] as number); id++) passages.push(id);
    if (passages.length > MAX_FITTING_PASSAGES) return [];
  }
  return passages;
}

/** Compares a question with the identities of all documents. */
export function fitDocuments(generation: Generation, question: string): DocumentFits {
  const { identities } = generation;
  const marks = marksOf(generation, question);
  const total = marks.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return { fit: (passages) => passages.map(() => NEUTRAL), bestPassages: [] };

  const scores = new Float64Array(identities.size);
  for (const { weight, holders } of marks)
    for (let i = 0; i < holders.length; i++) scores[holders[i] as number] = (scores[holders[i] as number] as number) + weight / total;
  const best = scores.reduce((most, score) => Math.max(most, score), 0);
  const fitting: number[] = [];
  scores.forEach((score, document) => {
    if (score === best) fitting.push(document);
  });

  const fitAll = (passages: FittedPassage[]): DocumentFit[] => {
    const rivals = [...new Set(passages.map(({ document }) => document))];
    const forms = new Map(rivals.map((document) => [document, identities.formOf(document)]));
    // The marks of each rival, gathered once: most of their holders are none.
    const held = new Map(rivals.map((document) => [document, new Set<Mark>()]));
    for (const mark of marks) for (const document of mark.holders) held.get(document)?.add(mark);

    const related = (a: number, b: number) => sameSeries(forms.get(a) as string[], forms.get(b) as string[]);
    const [leader] = fitting;
    const isNamed = leader !== undefined && fitting.length === 1 && marks.length > 1 && best >= NAMED && forms.has(leader);
    const named = isNamed && rivals.some((rival) => rival !== leader && related(leader, rival)) ? leader : null;

    const fitOne = ({ document, text }: FittedPassage): DocumentFit => {
      const score = scores[document] as number;
      if (score === best) return NEUTRAL;
      const siblings = rivals.filter((rival) => (scores[rival] as number) > score && (rival === named || related(document, rival)));
      if (siblings.length === 0) return { ...NEUTRAL, gap: best - score };
      // A communiqué may tell of another meeting; what its passage says itself counts as if its document were about it.
      const passage = { terms: new Set(terms(text)), values: findValues(text).flatMap(({ values }) => values) };
      const missing = marks.filter((mark) => !held.get(document)?.has(mark));
      const credit = missing.filter((mark) => mark.standsIn(passage));
      const credited = score + credit.reduce((sum, { weight }) => sum + weight / total, 0);
      const seriesGap = Math.max(0, ...siblings.map((sibling) => (scores[sibling] as number) - credited));
      const otherValue = missing.some((mark) => mark.isValue && !credit.includes(mark) && siblings.some((sibling) => held.get(sibling)?.has(mark)));
      return { gap: best - score, seriesGap, otherValue };
    };
    return passages.map(fitOne);
  };
  return { fit: fitAll, bestPassages: passagesOf(generation, fitting) };
}
