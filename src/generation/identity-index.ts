import type { Identity } from '../documents/identity.js';
import { firstWhere } from '../text/first-where.js';
import { covers, type DateValue, type NumberValue } from '../text/values.js';

type Fact = DateValue | NumberValue;

/** Lists of numbers, one after the other. */
interface Lists {
  /** Where each list begins in `items`; one more than there are lists. */
  offsets: Uint32Array;
  items: Uint32Array;
}

/** What tells the documents of a segment apart, in tables that take little memory; documents are numbered in the segment. */
export interface IdentityTable {
  /** All terms, sorted. */
  terms: string[];
  facts: Fact[];
  /** Terms and facts of each document, and terms of its title. */
  termsOf: Lists;
  factsOf: Lists;
  formOf: Lists;
  /** Documents of each term and of each fact. */
  holders: Lists;
  staters: Lists;
}

function toLists(lists: number[][]): Lists {
  const offsets = new Uint32Array(lists.length + 1);
  lists.forEach((list, i) => {
    offsets[i + 1] = (offsets[i] as number) + list.length;
  });
  return { offsets, items: Uint32Array.from(lists.flat()) };
}

/** For each item the lists that it is in, ascending. */
function inverted({ offsets, items }: Lists, count: number): Lists {
  const starts = new Uint32Array(count + 1);
  for (const item of items) starts[item + 1] = (starts[item + 1] as number) + 1;
  for (let i = 0; i < count; i++) starts[i + 1] = (starts[i + 1] as number) + (starts[i] as number);
  const next = starts.slice();
  const lists = new Uint32Array(items.length);
  for (let list = 0; list + 1 < offsets.length; list++)
    for (let at = offsets[list] as number; at < (offsets[list + 1] as number); at++) {
      const item = items[at] as number;
      lists[next[item] as number] = list;
      next[item] = (next[item] as number) + 1;
    }
  return { offsets: starts, items: lists };
}

const listOf = ({ offsets, items }: Lists, i: number): Uint32Array => items.subarray(offsets[i] as number, offsets[i + 1] as number);

/** Numbers the values of one kind in the order they are met. */
function numbering<T>(keyOf: (value: T) => string) {
  const numbers = new Map<string, number>();
  const values: T[] = [];
  return {
    values,
    numberOf(value: T): number {
      const key = keyOf(value);
      const number = numbers.get(key) ?? values.push(value) - 1;
      numbers.set(key, number);
      return number;
    },
  };
}

/** The table of a segment's documents, in their order. */
export function identityTable(identities: Identity[]): IdentityTable {
  const met = numbering((term: string) => term);
  const facts = numbering((fact: Fact) => JSON.stringify(fact));
  for (const { form, terms } of identities) for (const term of [...form, ...terms]) met.numberOf(term);
  const order = met.values.map((term, i) => ({ term, i })).sort((a, b) => (a.term < b.term ? -1 : 1));
  const rank = new Uint32Array(order.length);
  order.forEach(({ i }, place) => {
    rank[i] = place;
  });
  const ranked = (terms: string[]) => terms.map((term) => rank[met.numberOf(term)] as number);
  const termsOf = toLists(identities.map(({ terms }) => ranked(terms)));
  const factsOf = toLists(identities.map(({ values }) => values.map(facts.numberOf)));
  return {
    terms: order.map(({ term }) => term),
    facts: facts.values,
    termsOf,
    factsOf,
    formOf: toLists(identities.map(({ form }) => ranked(form))),
    holders: inverted(termsOf, order.length),
    staters: inverted(factsOf, facts.values.length),
  };
}

const named = (lists: Lists, i: number, terms: string[]): string[] => Array.from(listOf(lists, i), (term) => terms[term] as string);

/** The identity of a document in a table, as it was when the table was made. */
export const identityIn = (table: IdentityTable, document: number): Identity => ({
  form: named(table.formOf, document, table.terms),
  terms: named(table.termsOf, document, table.terms),
  values: Array.from(listOf(table.factsOf, document), (fact) => table.facts[fact] as Fact),
});

/** Identities of a segment, and which of its documents count: their numbers in the generation, -1 for those that do not. */
export interface IdentityPart {
  table: IdentityTable;
  numbers: Int32Array;
}

/** What tells the documents of a generation apart; they are numbered in the order of its catalog. */
export interface IdentityIndex {
  /** How many documents there are. */
  size: number;
  /** Documents whose identity has a term. */
  holdersOf(term: string): Uint32Array;
  /** Documents whose identity says what a question claims, each once. */
  statersOf(claim: Fact): Uint32Array;
  /** Terms of a document's title, without its numbers and dates. */
  formOf(document: number): string[];
}

/** Looks up the identities of several segments as if they were one. */
export function identityIndex(parts: IdentityPart[], size: number): IdentityIndex {
  const places = Array.from({ length: size }, () => [0, 0] as [part: number, document: number]);
  parts.forEach(({ numbers }, part) => {
    numbers.forEach((number, document) => {
      if (number >= 0) places[number] = [part, document];
    });
  });
  return {
    size,
    holdersOf(term) {
      // A frequent term has thousands of them: they are copied once, into room for all.
      const found = new Uint32Array(size);
      let count = 0;
      for (const { table, numbers } of parts) {
        const at = placeOf(table.terms, term);
        if (at >= 0) count = copyLive(listOf(table.holders, at), numbers, found, count);
      }
      return found.subarray(0, count);
    },
    statersOf(claim) {
      const found = new Set<number>();
      for (const { table, numbers } of parts)
        table.facts.forEach((fact, i) => {
          if (!covers(fact, claim)) return;
          for (const document of listOf(table.staters, i)) if ((numbers[document] as number) >= 0) found.add(numbers[document] as number);
        });
      return Uint32Array.from(found);
    },
    formOf(document) {
      const [part, number] = places[document] as [number, number];
      const { table } = parts[part] as IdentityPart;
      return named(table.formOf, number, table.terms);
    },
  };
}

/** Copies the numbers of those documents that count to a place in a list. @returns The place after them. */
function copyLive(documents: Uint32Array, numbers: Int32Array, into: Uint32Array, place: number): number {
  let next = place;
  for (let i = 0; i < documents.length; i++) {
    const number = numbers[documents[i] as number] as number;
    if (number >= 0) into[next++] = number;
  }
  return next;
}

/** Place of a text in a sorted list; -1 where it is not there. */
function placeOf(sorted: string[], text: string): number {
  const place = firstWhere(sorted.length, (i) => (sorted[i] as string) >= text);
  return sorted[place] === text ? place : -1;
}
