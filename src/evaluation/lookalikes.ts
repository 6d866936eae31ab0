import { parseDocument } from '../documents/parse-document.js';
import type { Question, QuestionSet } from './question-set.js';

/** Name by which the set is asked for where a file is expected. */
export const LOOKALIKES = 'lookalikes';

/**
 * A folder of documents that look alike: the communiqués of three invented bodies, twenty meetings each. Their
 * paragraphs seldom say which meeting they belong to; only title, date line or front matter do. The questions name a
 * meeting by its number, its town or its year, and one in four asks for what just that communiqué leaves out.
 */

/** Values are drawn by a small generator with a fixed seed, so that the set is the same everywhere. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const TOWNS =
  'Bergen Lübeck Gdansk Tallinn Riga Oulu Aarhus Malmö Rostock Turku Visby Ronne Kotka Liepaja Ventsblick Narwall Skagen Elbing Sopotnik Haapsal'.split(' ');
const PEOPLE = [
  'Marta Lindqvist',
  'Jonas Ekberg',
  'Aino Salmela',
  'Pavel Horak',
  'Ingrid Solheim',
  'Tomas Varga',
  'Elina Kask',
  'Rasmus Holt',
  'Greta Paulsen',
  'Andris Berzins',
  'Lena Falk',
  'Oskar Nyman',
  'Helga Brandt',
  'Mikael Strand',
  'Katrin Saar',
  'Viktor Orlen',
  'Sanna Rautio',
  'Peter Damgaard',
  'Ilse Wagner',
  'Nils Torvald',
];
const MONTHS = ['March', 'May', 'June', 'September', 'October', 'November'];
const ORDINAL_WORDS = 'First Second Third Fourth Fifth Sixth Seventh Eighth Ninth Tenth Eleventh Twelfth'.split(' ');

const suffix = (n: number): string => (n % 100 > 10 && n % 100 < 14 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th'));
const ordinal = (n: number): string => `${n}${suffix(n)}`;

interface Body {
  name: string;
  meeting: string;
  /** How its secretariat writes a communiqué down. */
  write(meeting: Meeting, paragraphs: string[]): { source: string; text: string };
}

interface Meeting {
  body: Body;
  number: number;
  town: string;
  date: string;
  year: number;
}

const BODIES: Body[] = [
  {
    name: 'Amber Coast League',
    meeting: 'Summit',
    write: ({ number, town, date }, paragraphs) => ({
      source: `league/communique-${String(number).padStart(2, '0')}.md`,
      text: `---\ntitle: Communiqué of the ${ordinal(number)} Summit of the Amber Coast League\ndate: ${date}\nplace: ${town}\n---\n\n${paragraphs.join('\n\n')}\n`,
    }),
  },
  {
    name: 'Northern Ports Forum',
    meeting: 'General Assembly',
    write: ({ number, town, date }, paragraphs) => ({
      source: `ports/assembly-${town.toLowerCase()}.txt`,
      text: `Final Document of the ${ORDINAL_WORDS[number - 1] ?? ordinal(number)} General Assembly of the Northern Ports Forum\n${town}, ${date}\n\n${paragraphs.map((p, i) => `${i + 1}. ${p}`).join('\n\n')}\n`,
    }),
  },
  {
    name: 'Council of Island Mayors',
    meeting: 'Session',
    write: ({ number, town, date }, paragraphs) => ({
      source: `mayors/${date.slice(-4)}.md`,
      text: `# Council of Island Mayors: conclusions\n\nThe ${ordinal(number)} Session of the Council of Island Mayors met in ${town} on ${date}.\n\n${paragraphs.join('\n\n')}\n`,
    }),
  },
];

/** One thing a communiqué may report: its sentences, how it is asked for, and the value. */
interface Topic {
  category: string;
  value(random: (below: number) => number): string;
  sentences: ((value: string) => string)[];
  /** `which` stands for the meeting, e.g. "the 7th Summit of the Amber Coast League". */
  questions: ((which: string) => string)[];
}

const pick = <T>(values: readonly T[], random: (below: number) => number): T => values[random(values.length)] as T;
const amount = (random: (below: number) => number): string => `${2 + random(90)}.${random(10)} million`;

const TOPICS: Topic[] = [
  {
    category: 'person',
    value: (random) => pick(PEOPLE, random),
    sentences: [(v) => `The deliberations were chaired by ${v}.`, (v) => `${v} presided over the plenary and the closed session.`],
    questions: [(w) => `Who chaired ${w}?`, (w) => `Who was in the chair at ${w}?`],
  },
  {
    category: 'number',
    value: (random) => String(11 + random(60)),
    sentences: [
      (v) => `Delegations from ${v} municipalities took part, together with observers from neighbouring regions.`,
      (v) => `A total of ${v} municipalities sent delegations.`,
    ],
    questions: [(w) => `How many municipalities were represented at ${w}?`, (w) => `How many municipalities sent delegations to ${w}?`],
  },
  {
    category: 'number',
    value: amount,
    sentences: [
      (v) => `Members agreed to contribute ${v} euros to the dredging fund over the coming two years.`,
      (v) => `It was decided to endow the dredging fund with ${v} euros.`,
    ],
    questions: [(w) => `How much money did ${w} put into the dredging fund?`, (w) => `What sum for dredging was agreed at ${w}?`],
  },
  {
    category: 'place',
    value: (random) => pick(TOWNS, random),
    sentences: [
      (v) => `The training centre for pilots will be opened in ${v}.`,
      (v) => `Participants welcomed the offer of ${v} to host the pilots' training centre.`,
    ],
    questions: [(w) => `Which town was to host the training centre for pilots according to ${w}?`, (w) => `Where will the pilots be trained, following ${w}?`],
  },
  {
    category: 'person',
    value: (random) => pick(PEOPLE, random),
    sentences: [
      (v) => `The lighthouse medal was awarded to ${v} for services to safe navigation.`,
      (v) => `In recognition of a life's work the lighthouse medal went to ${v}.`,
    ],
    questions: [(w) => `Who received the lighthouse medal at ${w}?`, (w) => `Whom did ${w} honour with the lighthouse medal?`],
  },
  {
    category: 'number',
    value: (random) => String(20 + random(200)),
    sentences: [(v) => `Scholarships for ${v} students of hydrography were announced.`, (v) => `The secretariat will grant ${v} scholarships in hydrography.`],
    questions: [(w) => `How many scholarships in hydrography did ${w} announce?`, (w) => `How many hydrography students are to get a scholarship after ${w}?`],
  },
  {
    category: 'person',
    value: (random) => pick(PEOPLE, random),
    sentences: [
      (v) => `${v} was elected Secretary General for a term of three years.`,
      (v) => `The participants appointed ${v} as Secretary General with immediate effect.`,
    ],
    questions: [(w) => `Who was made Secretary General by ${w}?`, (w) => `Who became Secretary General at ${w}?`],
  },
  {
    category: 'list',
    value: (random) => `the ${pick(['Ferry', 'Pilotage', 'Ballast', 'Mooring', 'Icebreaking', 'Salvage'], random)} Safety Charter`,
    sentences: [(v) => `At the close, heads of delegation signed ${v}.`, (v) => `The text of ${v} was opened for signature and signed by all present.`],
    questions: [(w) => `Which charter was signed at ${w}?`, (w) => `What document did the participants of ${w} sign?`],
  },
  {
    category: 'place',
    value: (random) => `${pick(TOWNS, random)} Archipelago`,
    sentences: [
      (v) => `The ${v} was admitted as an observer.`,
      (v) => `Observer status was granted to the ${v}, whose application had been pending for a year.`,
    ],
    questions: [(w) => `Which region became an observer at ${w}?`, (w) => `To whom did ${w} grant observer status?`],
  },
];

/** Said in every communiqué, in the same words. */
const COMMON = [
  'The participants exchanged views on the state of cooperation and expressed their satisfaction with the progress made since the previous meeting.',
  'They thanked the host for the warm hospitality and the excellent organisation.',
];

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** How a question names a meeting. */
function namesOf({ body, number, town, year }: Meeting): string[] {
  return [
    `the ${ordinal(number)} ${body.meeting} of the ${body.name}`,
    `the ${body.name} meeting in ${town}`,
    `the ${year} ${body.meeting.toLowerCase()} of the ${body.name}`,
  ];
}

/** Builds the documents and the questions. */
export async function lookalikes(perBody = 20, questionsEach = 2): Promise<QuestionSet> {
  const random = randomNumbers(7);
  const documents = [];
  const questions: Question[] = [];
  for (const [b, body] of BODIES.entries()) {
    for (let i = 0; i < perBody; i++) {
      const year = 1996 + i + b;
      const date = `${3 + random(24)} ${pick(MONTHS, random)} ${year}`;
      const meeting: Meeting = { body, number: i + 1, town: TOWNS[(i * 7 + b * 3) % TOWNS.length] as string, date, year };
      const told = TOPICS.map((topic) => ({ topic, value: topic.value(random), told: random(10) < 7, wording: random(2) }));
      const sentences = told
        .filter(({ told: isTold }) => isTold)
        .map(({ topic, value, wording }) => (topic.sentences[wording] as (v: string) => string)(value));
      const paragraphs = [COMMON[0] as string, ...sentences, COMMON[1] as string];
      const { source, text } = body.write(meeting, paragraphs);
      documents.push(await parseDocument(source, new TextEncoder().encode(text)));
      for (let k = 0; k < questionsEach; k++) {
        const wantsAnswer = random(4) > 0;
        const choice = told.filter(({ told: isTold }) => isTold === wantsAnswer);
        if (choice.length === 0) continue;
        const { topic, value, wording } = pick(choice, random);
        const question = pick(topic.questions, random)(namesOf(meeting)[(i + k) % 3] as string);
        questions.push({
          id: `look-${body.name.split(' ')[0]?.toLowerCase()}-${i + 1}-${k + 1}`,
          category: wantsAnswer ? topic.category : 'unanswerable_near',
          question,
          answerable: wantsAnswer,
          answers: wantsAnswer ? [escaped(value)] : [],
          evidence: wantsAnswer ? [{ source, quote: (topic.sentences[wording] as (v: string) => string)(value) }] : [],
        });
      }
    }
  }
  return { name: LOOKALIKES, file: LOOKALIKES, measures: 'answers', questions, documents };
}
