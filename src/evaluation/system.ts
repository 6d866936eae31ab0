import type { Document } from '../documents/document.js';
import { corpusFingerprint } from '../generation/build.js';
import type { GoldDocument } from './gold.js';
import type { Question } from './question-set.js';

/** What was evaluated; runs whose identities differ may still be compared, but say so. */
export interface Identity {
  /** "in process", or the address that was asked. */
  where: string;
  /** Fingerprint of the embedding model and its settings. */
  model: string;
  /** SHA-256 over the documents' names and contents. */
  corpus: string;
  documents: number;
  paragraphs: number;
  /** Confidence below which it refuses; null where it does not tell. */
  threshold: number | null;
}

/** A paragraph found for a question. */
export interface Found {
  source: string;
  paragraph: number;
  score: number;
}

/** What a system says to a question: the parts of `POST /ask`'s reply that are judged. */
export interface SystemReply {
  answer: string;
  answered: boolean;
  /** 0 to 1. */
  confidence: number;
  shortAnswer: string | null;
  citations: { source: string; paragraph: number; start: number; end: number; quote: string }[];
  conflicts: unknown[];
  passages: Found[];
}

/** Something that questions can be put to. */
export interface System {
  identity: Identity;
  /** The documents it answers from, as it serves them. */
  documents: ReadonlyMap<string, GoldDocument>;
  /** @throws Error when it does not reply. */
  ask(question: Question): Promise<SystemReply>;
  /** What it would say if it never refused for want of confidence; absent where that cannot be asked. */
  askRegardless?(question: Question): Promise<SystemReply>;
  /** The nearest paragraphs, best first; absent where only answers can be had. */
  search?(query: string, count: number): Promise<Found[]>;
  close(): Promise<void>;
}

/** Paragraphs that a reply is asked to list: the deepest rank that is measured. */
export const RANKS = 10;

/** Identity of a collection of documents, the same in process and over HTTP. */
export function corpusIdentity(documents: { source: string; sha256: string; paragraphs: unknown[] }[]): Pick<Identity, 'corpus' | 'documents' | 'paragraphs'> {
  const sorted = [...documents].sort((a, b) => (a.source < b.source ? -1 : 1));
  return {
    corpus: corpusFingerprint({ documents: sorted as Document[], skipped: [] }),
    documents: documents.length,
    paragraphs: documents.reduce((sum, { paragraphs }) => sum + paragraphs.length, 0),
  };
}
