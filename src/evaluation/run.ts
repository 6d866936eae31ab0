import { locateGold } from './gold.js';
import { DEEP_RANKS, judgeError, judgeFound, judgeReply, type Outcome } from './judge.js';
import { type Evidence, fingerprintQuestions, type Question, type QuestionSet } from './question-set.js';
import type { Identity, System } from './system.js';

/** A question that was left out of every number, because the documents no longer hold its evidence. */
export interface StaleQuestion {
  id: string;
  question: string;
  evidence: Evidence[];
}

/** What became of a set's questions. */
export interface Run {
  name: string;
  file: string;
  measures: QuestionSet['measures'];
  /** SHA-256 of what was asked and expected; runs compare where it is equal. */
  fingerprint: string;
  identity: Identity;
  outcomes: Outcome[];
  stale: StaleQuestion[];
}

export interface RunOptions {
  /** Ask only so many questions, spread evenly over the set, because sets are sorted by category. */
  limit?: number;
  onProgress?: (done: number, total: number) => void;
}

/**
 * Puts a set's questions to a system, one after another. The first is asked once more beforehand, so that its time
 * does not hold what a process does only once. A question without a reply is recorded, not thrown.
 *
 * @throws Error when a set measures retrieval alone and the system cannot search.
 */
export async function runSet(set: QuestionSet, system: System, { limit = Number.POSITIVE_INFINITY, onProgress = () => {} }: RunOptions = {}): Promise<Run> {
  if (set.measures === 'retrieval' && !system.search)
    throw new Error(`${set.name} measures retrieval, which ${system.identity.where} does not offer; run it in process`);
  const questions = spread(set.questions, limit);
  const outcomes: Outcome[] = [];
  const stale: StaleQuestion[] = [];
  if (questions[0]) await putQuestion(set, system, questions[0]).catch(() => {});
  for (const [i, question] of questions.entries()) {
    const outcome = await putQuestion(set, system, question);
    if ('evidence' in outcome) stale.push(outcome);
    else outcomes.push(outcome);
    onProgress(i + 1, questions.length);
  }
  const { name, file, measures } = set;
  return { name, file, measures, fingerprint: fingerprintQuestions(questions), identity: system.identity, outcomes, stale };
}

/** At most `count` items, at even steps. */
export const spread = <T>(items: readonly T[], count: number): T[] =>
  count >= items.length ? [...items] : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);

async function putQuestion({ measures }: QuestionSet, system: System, question: Question): Promise<Outcome | StaleQuestion> {
  const { gold, stale } = locateGold(question, system.documents);
  if (stale.length > 0) return { id: question.id, question: question.question, evidence: stale };
  const began = performance.now();
  const elapsed = () => performance.now() - began;
  try {
    if (measures === 'retrieval' && system.search)
      return judgeFound(question, gold, system.documents, await system.search(question.question, DEEP_RANKS), elapsed());
    const reply = await system.ask(question);
    const ms = elapsed();
    const bold = reply.answered || !system.askRegardless ? null : await system.askRegardless(question);
    return judgeReply(question, gold, system.documents, reply, bold, ms);
  } catch (error) {
    return judgeError(question, gold, error as Error, elapsed());
  }
}
