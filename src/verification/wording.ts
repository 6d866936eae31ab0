import { fold, isStopWord, term, words } from '../text/terms.js';
import { findValues } from '../text/values.js';

/** Forms of common English verbs that no stemmer brings together: the first of each line stands for the others. */
const IRREGULAR = new Map(
  `be is are was were been being
become became|begin began begun|bring brought|build built|buy bought|choose chose chosen|come came|draw drew drawn|fall fell fallen|fight fought
find found|fly flew flown|forbid forbade forbidden|get got gotten|give gave given|go went gone|grow grew grown|hold held|keep kept|know knew known
lead led|leave left|lose lost|make made|mean meant|meet met|pay paid|rise rose risen|run ran|say said|see saw seen|sell sold|send sent|set sets|show shown
sit sat|speak spoke spoken|spend spent|stand stood|strike struck|take took taken|teach taught|think thought|win won|withdraw withdrew withdrawn|write wrote written
child children|man men|woman women|person people`
    .split(/[|\n]/)
    .flatMap((line) => {
      const [first = '', ...others] = line.split(' ');
      return others.map((form) => [form, first] as const);
    }),
);

/** Words that a faithful wording may exchange for each other. Public knowledge of English; kept small on purpose. */
const SYNONYMS =
  `hold convene organise organize take-place|start begin launch commence open|end finish conclude close|establish founded create set-up form|chair preside head lead
locate situate seat base headquarters|join accede|say state declare note|include comprise contain consist|country state nation|organisation organization body|purpose aim goal objective
host venue|sign conclude|total number|help assist support|show present unveil|adopt approve endorse accept|meeting gathering session|attend participate part|member membership
yearly annual annually|capital city|about concern regard|use employ|deal agreement|build construct|big large|buy purchase|get receive obtain|occur happen|currently now|work operate`
    .split(/[|\n]/)
    .map((group) => new Set(group.split(/[ -]/).map(lemma)));

const PAST_FORMS = new Set(
  'became began built bought brought chose chosen came drew drawn found gave given held kept knew known led left lost made met paid ran said saw seen sold sent showed shown spoke spent stood took taken taught thought won withdrew withdrawn wrote written'.split(
    ' ',
  ),
);

/** Whether a word looks like the past form of a verb. */
export const isPastForm = (word: string): boolean => /^\p{Ll}{2,}ed$/u.test(word) || PAST_FORMS.has(word);

/** Words that add nothing of their own: they make a sentence of what is quoted. */
const EMPTY = new Set(
  'take place hold occur happen become be have make there serve according since until during more than together event year date day time known call name'
    .split(' ')
    .map(lemma),
);

/** Search term of a word in its first form: "held" and "holding" are one. */
export function lemma(word: string): string {
  const folded = fold(word);
  return term(IRREGULAR.get(folded) ?? folded);
}

/** Content words of a text as {@link lemma}s, in order; words of values (14 May 2009, seven) are left out. */
export function contentWords(text: string): string[] {
  const values = findValues(text);
  return words(text)
    .filter(({ text: word, start }) => word.length > 1 && !isStopWord(word) && !values.some((value) => start >= value.start && start < value.end))
    .map(({ text: word }) => lemma(word));
}

/**
 * Content words of a sentence that neither its quote nor the quote's context (title, section) has, nor a word that may
 * stand for it. A model that adds one has added something of its own.
 */
export function addedWords(sentence: string, quote: string, context = ''): string[] {
  const given = new Set([...contentWords(quote), ...contentWords(context)]);
  const covered = (word: string) =>
    given.has(word) || EMPTY.has(word) || SYNONYMS.some((group) => group.has(word) && [...group].some((other) => given.has(other)));
  return [...new Set(contentWords(sentence))].filter((word) => !covered(word));
}
