import { fold, isStopWord, words } from '../text/terms.js';
import { findNames } from '../text/values.js';
import { isPastForm, lemma } from './wording.js';

/** Prepositions that tell what a name does in a sentence. */
const PREPOSITION =
  /^(?:by|among|amongst|during|within|about|from|to|of|in|at|with|against|after|before|over|under|than|behind|for|on|between|towards?|into|via|through)$/;

/** A name where it stands: at which word, and what stands before it. */
interface Place {
  at: number;
  /** The preposition before it, or nothing where it is a subject or an object. */
  role: string;
}

interface Named {
  name: string;
  places: Place[];
}

/** Names of a text with their places; a name after "and" or a comma has the role of the one before. */
function placesOf(text: string): Named[] {
  const all = words(text);
  const starts = new Set(
    findNames(text)
      .filter(({ text: name }) => !isStopWord(name))
      .flatMap(({ text: name, start }) => words(name).map((word) => start + word.start)),
  );
  const roleAt = (i: number): string => {
    let before = i - 1;
    while (before >= 0) {
      const word = all[before];
      if (!word) break;
      const gap = text.slice(word.end, all[before + 1]?.start);
      const isName = starts.has(word.start);
      if (isName || /^(?:the|a|an)$/i.test(word.text) || (/^(?:and|or)$/i.test(word.text) && starts.has(all[before - 1]?.start ?? -1))) {
        if (isName && !/^[\s,/&-]*$/.test(gap)) return '';
        before--;
      } else return PREPOSITION.test(fold(word.text)) && /^\s*$/.test(gap) ? fold(word.text) : '';
    }
    return '';
  };
  const places = new Map<string, Place[]>();
  all.forEach((word, at) => {
    if (!starts.has(word.start)) return;
    const name = fold(word.text);
    places.set(name, [...(places.get(name) ?? []), { at, role: roleAt(at) }]);
  });
  return [...places].map(([name, each]) => ({ name, places: each }));
}

/** Whether nothing but names, "and" and commas stands between two places. */
function coordinated(text: string, a: Place, b: Place): boolean {
  const all = words(text);
  const [from, to] = [Math.min(a.at, b.at), Math.max(a.at, b.at)];
  return all.slice(from + 1, to).every(({ text: word }) => /^(?:and|or|the|of)$/i.test(word) || /^\p{Lu}/u.test(word));
}

/** Whether two names do in the sentence what they do in the quote, for one pair of places in each. */
function sameRoles([a, b]: [Place, Place], [qa, qb]: [Place, Place]): boolean {
  const swapped = a.role !== b.role && a.role === qb.role && b.role === qa.role;
  if (swapped) return false;
  const bare = (place: Place) => place.role === '';
  const agent = (place: Place) => place.role === 'by';
  const inOrder = a.at < b.at === qa.at < qb.at;
  if (bare(a) && bare(b) && bare(qa) && bare(qb)) return inOrder;
  // "A opened B" is "B was opened by A", and neither "A was opened by B" nor "B opened A".
  for (const [x, y, qx, qy] of [
    [a, b, qa, qb],
    [b, a, qb, qa],
  ] as const) {
    if (bare(x) && agent(y) && bare(qx) && bare(qy) && qx.at < qy.at) return false;
    if (bare(x) && bare(y) && bare(qx) && agent(qy) && x.at < y.at) return false;
    // Who did it in the quote is no place or time of it in the sentence.
    if (!bare(x) && !agent(x) && x.role !== 'of' && bare(y) && bare(qx) && bare(qy) && qx.at < qy.at) return false;
  }
  return true;
}

/** Pairs of names that have changed places between a quote and a sentence: who did it, and to whom. */
export function swappedNames(sentence: string, quote: string): string[] {
  const quoted = new Map(placesOf(quote).map(({ name, places }) => [name, places]));
  const said = placesOf(sentence).filter(({ name }) => quoted.has(name));
  return said.flatMap(({ name: first, places: firstPlaces }, i) =>
    said.slice(i + 1).flatMap(({ name: second, places: secondPlaces }) => {
      const wrong = firstPlaces.some((a) =>
        secondPlaces.every((b) => {
          const pairs = (quoted.get(first) ?? []).flatMap((qa) => (quoted.get(second) ?? []).map((qb) => [qa, qb] as [Place, Place]));
          const free = coordinated(sentence, a, b) && pairs.some(([qa, qb]) => coordinated(quote, qa, qb));
          return !free && !pairs.some((pair) => sameRoles([a, b], pair));
        }),
      );
      return wrong ? [`"${first}" and "${second}"`] : [];
    }),
  );
}

interface Verb {
  verb: string;
  at: number;
  passive: boolean;
}

/** Past forms that are surely active or passive; "signed in Almaty" may be either. */
function pastVerbs(text: string): Verb[] {
  const all = words(text);
  return all.flatMap(({ text: word }, at) => {
    if (!isPastForm(word)) return [];
    const before = all.slice(Math.max(0, at - 2), at).map(({ text: each }) => fold(each));
    const passive = before.some((each) => /^(?:is|are|was|were|be|been|being)$/.test(each));
    const perfect = before.some((each) => /^(?:has|have|had)$/.test(each));
    const participle = !passive && !perfect && PREPOSITION.test(fold(all[at + 1]?.text ?? 'by'));
    return participle ? [] : [{ verb: lemma(word), at, passive }];
  });
}

/**
 * Names that stand on the other side of a verb than in the quote: "the session chaired Kazakhstan" for "Kazakhstan
 * chaired the session", "was handed" for "handed".
 */
export function turnedVerbs(sentence: string, quote: string): string[] {
  const [saidVerbs, quotedVerbs] = [pastVerbs(sentence), pastVerbs(quote)];
  const bare = (text: string) => placesOf(text).flatMap(({ name, places }) => places.filter(({ role }) => role === '').map(({ at }) => ({ name, at })));
  const [saidNames, quotedNames] = [bare(sentence), bare(quote)];
  return saidVerbs.flatMap(({ verb, at, passive }) => {
    const rivals = quotedVerbs.filter((other) => other.verb === verb);
    if (rivals.length === 0) return [];
    const turned = saidNames.filter(({ name, at: place }) => {
      const places = quotedNames.filter((other) => other.name === name);
      return places.length > 0 && places.every((other) => rivals.every((rival) => (other.at < rival.at === place < at) !== (rival.passive === passive)));
    });
    return turned.length > 0 ? [`"${turned[0]?.name}" and "${verb}"`] : [];
  });
}
