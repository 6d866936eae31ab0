import type { EmbeddingModel } from '../embedding/load-model.js';
import { byScore } from '../generation/best.js';
import type { Generation } from '../generation/open.js';
import type { Passage } from '../passages/passage.js';
import type { Reader, Reading } from '../reading/reader.js';
import { rerank, unread } from '../reading/rerank.js';
import { type Candidate, retrieve } from '../retrieval/retrieve.js';
import { terms } from '../text/terms.js';
import { areStatements } from '../verification/instructions.js';
import { type DraftSentence, type Rejection, verify } from '../verification/verify.js';
import { holdsValue } from './asked-kind.js';
import { composeAnswer } from './compose.js';
import { type Conflict, findConflicts } from './conflicts.js';
import { countsLike } from './counted.js';
import { decompose, splitNames } from './decompose.js';
import { collectEvidence, type Evidence, sentenceCoverage } from './evidence.js';
import { mentionsIn } from './mentions.js';
import { polarityOf } from './polarity.js';
import { analyseQuestion, type Question } from './question.js';
import { type RankedEvidence, type RankerWeights, rankEvidence } from './ranker.js';
import { findShortAnswer } from './short-answer.js';
import { chooseByTime, withoutLatest } from './temporal.js';

/** Passages that are read for evidence. With 20 the reader takes 1.6 times as long, for no more right answers. */
const PASSAGES_READ = 12;

/** The same for each part of a question that asks for several things. */
const PASSAGES_READ_A_PART = 8;

/** Passages among which those that hold the asked kind of thing are preferred: the ones read, and twice as many after them. */
const PASSAGES_TYPED = 36;

/**
 * What a date or number counts beside the fused score where one is asked for, and what the logarithm of the best
 * sentence's probability does in the order of the passages. Both lift the gold paragraph into the first five on our sets.
 */
const ASKED_KIND_WEIGHT = 0.15;
const EVIDENCE_WEIGHT = 0.1;

/** Below this a sentence's probability says no more than "no". */
const LOG_PROBABILITY_FLOOR = -30;

/** Passages after those, in which only another date or number for the answer is looked for. */
const PASSAGES_COMPARED = 8;

/** What the extractive answerer makes of a question. */
export interface Answer {
  /** Verified sentences; none means that the documents do not answer. */
  sentences: DraftSentence[];
  confidence: number;
  shortAnswer: string | null;
  conflicts: Conflict[];
  candidates: Candidate[];
  /** What the verifier refused, for the log. */
  rejected: Rejection[];
}

/** The models that an answer is made with. */
export interface AnswerModels {
  embedding: EmbeddingModel;
  /** The trained reader, where there is one. */
  reader: Reader | null;
  weights: RankerWeights;
}

export interface AnswerOptions {
  /** Confidence below which there is no answer. */
  threshold: number;
  sources?: ReadonlySet<string>;
  /** Stops the work between its steps. */
  signal?: AbortSignal;
  /** Told what is begun; a question of two parts is searched for and read twice. */
  onStage?: (stage: 'searching' | 'reading') => void;
}

interface SearchOptions extends Omit<AnswerOptions, 'threshold'> {
  /** How many passages are read for evidence. */
  reads?: number;
  /** Whether a passage, by its number, may be among those found. */
  accept?: (id: number) => boolean;
}

/** Unit vector of a question. */
async function embedQuestion({ encoder, prefixes }: EmbeddingModel, question: string): Promise<Float32Array> {
  const room = encoder.maxTokens - encoder.countTokens(prefixes.query);
  let text = question;
  // Only a question of some 1,500 characters is longer than the window; its search by words still sees all of it.
  while (encoder.countTokens(text) > room) text = text.slice(0, Math.floor(text.length * 0.9));
  const [encoding] = await encoder.encode([[prefixes.query + text]]);
  return (encoding as { vector: Float32Array }).vector;
}

/** Passages for a question, best first. */
interface FoundPassages {
  /** Those that are read for evidence. */
  candidates: Candidate[];
  /** What the reader made of each of them, where there is a reader. */
  readings?: Reading[];
  /** Those after them. */
  rest: Candidate[];
}

/** Lifts passages that hold a date or a number where one is asked for, among those that might be read. */
function preferAskedKind(generation: Generation, { type }: Question, found: Candidate[]): Candidate[] {
  if (type !== 'date' && type !== 'number') return found;
  const holds = ({ id }: Candidate) => holdsValue(type, generation.text(generation.passages[id] as Passage));
  const lifted = found
    .slice(0, PASSAGES_TYPED)
    .map((candidate) => (holds(candidate) ? { ...candidate, score: candidate.score + ASKED_KIND_WEIGHT } : candidate));
  return [...lifted, ...found.slice(PASSAGES_TYPED)].sort(byScore);
}

async function findPassages(
  generation: Generation,
  { embedding, reader }: Pick<AnswerModels, 'embedding' | 'reader'>,
  question: Question,
  { sources, signal, onStage, reads = PASSAGES_READ, accept }: SearchOptions & Required<Pick<SearchOptions, 'accept'>>,
): Promise<FoundPassages> {
  const { text, mentions } = question;
  onStage?.('searching');
  const otherNames = mentions.flatMap(({ others }) => others.map(({ name }) => name));
  const retrieved = retrieve(generation, withoutLatest(text), await embedQuestion(embedding, text), { otherNames, ...(sources ? { sources } : {}) });
  const found = preferAskedKind(
    generation,
    question,
    retrieved.filter(({ id }) => accept(id)),
  );
  const [candidates, rest] = [found.slice(0, reads), found.slice(reads)];
  signal?.throwIfAborted();
  onStage?.('reading');
  return reader ? { ...(await rerank(generation, reader, text, candidates)), rest: rest.map(unread) } : { candidates, rest };
}

const statements = new WeakMap<Passage, Set<number>>();

/** Starts of the sentences in a passage that state something and do not order the answerer about. */
function statementsOf(generation: Generation, passage: Passage): Set<number> {
  const known = statements.get(passage);
  if (known) return known;
  const { source, sentences } = passage;
  const text = generation.documents.get(source)?.text ?? '';
  const stated = areStatements(sentences.map(({ start, end }) => text.slice(start, end)));
  const starts = new Set(sentences.filter((_, i) => stated[i]).map(({ start }) => start));
  statements.set(passage, starts);
  return starts;
}

/** Sentences of the candidates that state something and may carry the answer, in no order yet. */
function evidenceOf(
  generation: Generation,
  question: Question,
  candidates: Candidate[],
  counts: (text: string) => boolean = () => false,
  readings?: Reading[],
): Evidence[] {
  return collectEvidence(generation, question, candidates, counts, readings).filter(({ passage, sentence }) =>
    statementsOf(generation, passage).has(sentence.start),
  );
}

/** Whether a sentence of the candidates counts such things as the question does. */
async function countsAsked(generation: Generation, embedding: EmbeddingModel, { countedThing }: Question, candidates: Candidate[]) {
  if (!countedThing) return () => false;
  const texts = candidates.flatMap(({ id }) => {
    const { source, sentences } = generation.passages[id] as Passage;
    return sentences.map((sentence) => generation.text({ source, ...sentence }));
  });
  return countsLike(embedding, countedThing, texts);
}

/** Finds passages for a question and the evidence in those that are read. */
export async function gatherEvidence(generation: Generation, models: Pick<AnswerModels, 'embedding' | 'reader'>, text: string, options: SearchOptions = {}) {
  const question = analyseQuestion(text, generation.lexical, mentionsIn(generation, text));
  const accept = (id: number) => statementsOf(generation, generation.passages[id] as Passage).size > 0;
  const { candidates, readings, rest } = await findPassages(generation, models, question, { accept, ...options });
  const counts = await countsAsked(generation, models.embedding, question, candidates);
  return { question, candidates, evidence: evidenceOf(generation, question, candidates, counts, readings), rest };
}

/** What the best sentence of a passage adds to its score; evidence comes best first. */
function orderByEvidence(candidates: Candidate[], evidence: RankedEvidence[]): Candidate[] {
  const best = new Map<number, number>();
  for (const { candidate, probability } of evidence) if (!best.has(candidate.id)) best.set(candidate.id, Math.log(probability));
  const bonus = ({ id }: Candidate) => EVIDENCE_WEIGHT * Math.max(LOG_PROBABILITY_FLOOR, best.get(id) ?? LOG_PROBABILITY_FLOOR);
  return candidates.map((candidate) => ({ ...candidate, score: candidate.score + bonus(candidate) })).sort(byScore);
}

/** Passages for a question, best first: by the search, by the reader where there is one, and by the best of their sentences. */
export async function searchPassages(generation: Generation, models: AnswerModels, text: string, options: SearchOptions = {}): Promise<Candidate[]> {
  const { candidates, evidence, rest } = await gatherEvidence(generation, models, text, { ...options, accept: () => true });
  const ranking = rankEvidence(evidence, models.weights, models.reader !== null);
  return [...orderByEvidence(candidates, ranking.all), ...orderByEvidence(rest, [])];
}

/** Answers one question that asks for one thing. */
async function answerPart(
  generation: Generation,
  models: AnswerModels,
  text: string,
  { threshold, ...options }: AnswerOptions & Pick<SearchOptions, 'reads'>,
): Promise<Answer> {
  const { question, candidates: read, evidence, rest } = await gatherEvidence(generation, models, text, options);
  options.signal?.throwIfAborted();
  const ranking = rankEvidence(evidence, models.weights, models.reader !== null);
  const candidates = orderByEvidence(read, ranking.all);
  const nothing: Answer = { sentences: [], confidence: ranking.confidence, shortAnswer: null, conflicts: [], candidates, rejected: [] };
  const asksNothing = question.terms.length === 0 && question.values.length === 0;
  if (asksNothing || ranking.confidence < threshold) return nothing;

  const ranked = chooseByTime(question.temporal, ranking.evidence, sentenceCoverage);
  const conflicts = findConflicts(generation, question, ranked, evidenceOf(generation, question, rest.slice(0, PASSAGES_COMPARED)));
  const drafted = composeAnswer(generation, question, ranked);
  const { sentences, rejected } = verify([...drafted, ...conflicts.extra(drafted)], generation);
  const [first] = sentences;
  const polarity = first ? polarityOf(question, first.text) : null;
  const shortAnswer = polarity ?? shortAnswerOf(generation, question, ranked[0], sentences);
  if (first && polarity) first.text = `${polarity}: ${first.text}`;
  return { ...nothing, sentences, shortAnswer, conflicts: conflicts.list, rejected };
}

/** Whether the passages quoted speak of all things that a question joins. */
const tellsOfAll = (joined: { name: string }[], { sentences }: Answer): boolean => {
  const said = new Set(terms(sentences.flatMap(({ quotes }) => quotes.map(({ quote }) => quote)).join(' ')));
  return joined.every(({ name }) => terms(name).every((word) => said.has(word)));
};

/** Candidates of several parts, each part's best first in turn, none twice. */
function interleave(parts: Candidate[][]): Candidate[] {
  const seen = new Set<number>();
  const longest = Math.max(...parts.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => parts.flatMap((part) => part[i] ?? []))
    .flat()
    .filter(({ id }) => !seen.has(id) && seen.add(id));
}

/**
 * Answers from the documents by quoting them; a question that asks for several things is answered thing by thing, as
 * far as the documents go. Deterministic: the same question and generation give the same answer.
 */
export async function answerFromDocuments(generation: Generation, models: AnswerModels, text: string, options: AnswerOptions): Promise<Answer> {
  const parts: Answer[] = [];
  const asked = decompose(text);
  const ofPart = { ...options, reads: PASSAGES_READ_A_PART };
  for (const part of asked) parts.push(await answerPart(generation, models, part, asked.length > 1 ? ofPart : options));
  const [only] = parts;
  if (only && parts.length === 1) {
    const joined = splitNames(text);
    if (!joined || tellsOfAll(joined, only)) return only;
    parts.length = 0;
    for (const { question } of joined) parts.push(await answerPart(generation, models, question, ofPart));
  }
  const answered = parts.filter(({ sentences }) => sentences.length > 0);
  const said = new Set<string>();
  return {
    sentences: answered.flatMap(({ sentences }) => sentences).filter(({ text: sentence }) => !said.has(sentence) && said.add(sentence)),
    confidence: Math.min(...(answered.length > 0 ? answered : parts).map(({ confidence }) => confidence)),
    shortAnswer: null,
    conflicts: answered.flatMap(({ conflicts }) => conflicts),
    candidates: interleave(parts.map(({ candidates }) => candidates)),
    rejected: parts.flatMap(({ rejected }) => rejected),
  };
}

/** The reader's span where it lies in what is said; else the date, number or name that the question's words point to. */
function shortAnswerOf(generation: Generation, question: Question, best: RankedEvidence | undefined, sentences: DraftSentence[]): string | null {
  const span = best?.span;
  const [said] = sentences;
  // A list that was asked for has no short form.
  if (!said || (question.type === 'list' && sentences.some(({ quotes }) => quotes.length > 1))) return null;
  const within = span && said.quotes.some(({ source, start, end }) => source === best.passage.source && span.start >= start && span.end <= end);
  if (within) return generation.documents.get(best.passage.source)?.text.slice(span.start, span.end) ?? null;
  return findShortAnswer(question, said.text);
}
