import { createAssistant } from '../assistant/assistant.js';
import { readConfig } from '../config/config.js';
import { readQuestionSet } from '../evaluation/question-set.js';
import { type AskMeasurement, peakMemory, report } from './child.js';

/** Questions asked before the clock runs. */
const WARM_UP = 5;

const { questions } = await readQuestionSet(process.argv[2] as string);
const assistant = await createAssistant(readConfig());
const ask = async ({ question, history }: (typeof questions)[number]) => {
  const began = performance.now();
  await assistant.ask({ question, ...(history ? { history } : {}) });
  return performance.now() - began;
};
for (const question of questions.slice(0, WARM_UP)) await ask(question);
const times: number[] = [];
for (const question of questions) times.push(await ask(question));
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] as number;
await assistant.close();
report({ questions: times.length, p50: at(0.5), p95: at(0.95), max: at(1), peakMiB: peakMemory() } satisfies AskMeasurement);
