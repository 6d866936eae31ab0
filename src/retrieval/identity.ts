import type { Document } from '../documents/document.js';
import type { Generation } from '../generation/open.js';
import { terms } from '../text/terms.js';
import { blank, covers, type DateValue, findValues, type NumberValue } from '../text/values.js';

/**
 * In a folder of look-alikes a paragraph does not say which meeting or report it belongs to; the title, the front
 * matter, the file name and the first lines do. They are a document's identity.
 */
interface Identity {
  /** Terms of the title without its numbers and dates: what documents of one series share. */
  form: Set<string>;
  terms: Set<string>;
  values: (DateValue | NumberValue)[];
}

/** How well a passage fits what a question says of its document. */
export interface DocumentFit {
  /** How much more of what the question mentions the identity of another document has; 0 to 1, rare things weighing more. */
  gap: number;
  /** How much better another document of the same series fits, or the one of a series that the question names. */
  seriesGap: number;
  /** The question gives a number or date that tells documents of the series apart, and this passage's document has another. */
  otherValue: boolean;
}

/** Characters at the beginning of a document that may tell what it is. */
const MAX_HEAD = 600;

/** Documents that fit best have all their passages looked at, unless that is too many. */
const MAX_FITTING_PASSAGES = 400;

/** A document is named by a question if it has this share of what the question mentions of any document. */
const NAMED = 0.8;

const withoutValues = (text: string): string => findValues(text).reduce(blank, text);

/** Titles that share this much of their words are of one series. */
const SAME_SERIES = 0.5;

function sameSeries(a: Identity, b: Identity): boolean {
  const common = [...a.form].filter((word) => b.form.has(word)).length;
  return common > 0 && common >= SAME_SERIES * (a.form.size + b.form.size - common);
}

const identityOfDocument = new WeakMap<Document, Identity>();

/** A document's identity; kept as long as the document is, since the next generation has most of them too. */
function identityOf(document: Document): Identity {
  const earlier = identityOfDocument.get(document);
  if (earlier) return earlier;
  const identity = readIdentity(document);
  identityOfDocument.set(document, identity);
  return identity;
}

function readIdentity({ source, title, metadata, text, paragraphs }: Document): Identity {
  const firstBody = paragraphs.find(({ heading }) => !heading)?.end ?? 0;
  const name = source.replace(/\.\w+$/, '').replace(/[^\p{L}\p{N}]+/gu, ' ');
  const told = [title, ...Object.values(metadata), text.slice(0, Math.min(firstBody, MAX_HEAD)), name].join('\n');
  return { form: new Set(terms(withoutValues(title))), terms: new Set(terms(told)), values: findValues(told).flatMap(({ values }) => values) };
}

interface Identities {
  bySource: Map<string, Identity>;
  /** Sources by a term of their identity. */
  holders: Map<string, Set<string>>;
  passages: Map<string, number[]>;
}

const known = new WeakMap<Generation, Identities>();

function identitiesOf(generation: Generation): Identities {
  const cached = known.get(generation);
  if (cached) return cached;
  const identities: Identities = { bySource: new Map(), holders: new Map(), passages: new Map() };
  for (const document of generation.documents.values()) {
    const identity = identityOf(document);
    identities.bySource.set(document.source, identity);
    for (const word of identity.terms) {
      const holders = identities.holders.get(word) ?? new Set();
      identities.holders.set(word, holders.add(document.source));
    }
  }
  generation.passages.forEach(({ source }, id) => {
    const ids = identities.passages.get(source) ?? [];
    ids.push(id);
    identities.passages.set(source, ids);
  });
  known.set(generation, identities);
  return identities;
}

/** Something the question mentions by which documents can be told apart. */
interface Mark {
  weight: number;
  /** Documents whose identity has it. */
  holders: ReadonlySet<string>;
  isValue: boolean;
  standsIn(passage: { terms: ReadonlySet<string>; values: Identity['values'] }): boolean;
}

/** A passage as far as its fit is concerned. */
export interface FittedPassage {
  source: string;
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

function marksOf({ bySource, holders }: Identities, question: string): Mark[] {
  const count = bySource.size;
  /** 1 for what one document has, 0 for what all have. */
  const weigh = (number: number): number => (count > 1 ? Math.log(count / number) / Math.log(count) : 0);
  const words = [...new Set(terms(withoutValues(question)))].flatMap((word): Mark[] => {
    const sources = holders.get(word);
    return sources ? [{ weight: weigh(sources.size), holders: sources, isValue: false, standsIn: (passage) => passage.terms.has(word) }] : [];
  });
  const values = findValues(question)
    .flatMap((value) => value.values)
    .map((claim): Mark => {
      const states = (facts: Identity['values']) => facts.some((fact) => covers(fact, claim));
      const sources = new Set([...bySource].filter(([, identity]) => states(identity.values)).map(([source]) => source));
      return { weight: sources.size > 0 ? weigh(sources.size) : 0, holders: sources, isValue: true, standsIn: (passage) => states(passage.values) };
    });
  return [...words, ...values].filter(({ weight }) => weight > 0);
}

/** Compares a question with the identities of all documents. */
export function fitDocuments(generation: Generation, question: string): DocumentFits {
  const identities = identitiesOf(generation);
  const marks = marksOf(identities, question);
  const total = marks.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return { fit: (passages) => passages.map(() => NEUTRAL), bestPassages: [] };

  const scores = new Map<string, number>();
  for (const { weight, holders } of marks) for (const source of holders) scores.set(source, (scores.get(source) ?? 0) + weight / total);
  const best = Math.max(...scores.values());
  const leaders = [...scores].filter(([, score]) => score === best).map(([source]) => source);
  const named = leaders.length === 1 && marks.length > 1 && best >= NAMED ? leaders[0] : undefined;
  const bestPassages = leaders.flatMap((source) => identities.passages.get(source) ?? []);

  const related = (a: string, b: string) => sameSeries(identities.bySource.get(a) as Identity, identities.bySource.get(b) as Identity);
  const isOfSeries = (source: string, rivals: string[]) => rivals.some((rival) => rival !== source && related(source, rival));

  const fitOne = ({ source, text }: FittedPassage, rivals: string[], decisive: string | null): DocumentFit => {
    const score = scores.get(source) ?? 0;
    if (score === best) return NEUTRAL;
    const siblings = rivals.filter((rival) => (scores.get(rival) ?? 0) > score && (rival === decisive || related(source, rival)));
    if (siblings.length === 0) return { ...NEUTRAL, gap: best - score };
    // A communiqué may tell of another meeting; what its passage says itself counts as if its document were about it.
    const passage = { terms: new Set(terms(text)), values: findValues(text).flatMap(({ values }) => values) };
    const credit = marks.filter((mark) => !mark.holders.has(source) && mark.standsIn(passage));
    const credited = score + credit.reduce((sum, { weight }) => sum + weight / total, 0);
    const seriesGap = Math.max(0, ...siblings.map((sibling) => (scores.get(sibling) as number) - credited));
    const otherValue = marks.some(
      (mark) => mark.isValue && !mark.holders.has(source) && !credit.includes(mark) && siblings.some((sibling) => mark.holders.has(sibling)),
    );
    return { gap: best - score, seriesGap, otherValue };
  };
  return {
    fit(passages) {
      const rivals = [...new Set(passages.map(({ source }) => source))];
      const decisive = named !== undefined && isOfSeries(named, rivals) ? named : null;
      return passages.map((passage) => fitOne(passage, rivals, decisive));
    },
    bestPassages: bestPassages.length <= MAX_FITTING_PASSAGES ? bestPassages : [],
  };
}
