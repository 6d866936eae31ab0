import { Document } from '@langchain/core/documents';
import { BaseRetriever, type BaseRetrieverInput } from '@langchain/core/retrievers';

/** A paragraph as a search returns it. */
export interface RetrievedParagraph {
  source: string;
  title: string;
  paragraph: number;
  start: number;
  end: number;
  text: string;
  /** 1-based page on which it begins, in a document that has pages. */
  page?: number;
  score: number;
}

export interface VerbatimRetrieverInput extends BaseRetrieverInput {
  /** The search of an assistant. */
  search: (request: { query: string; topK: number; sources?: string[] }) => Promise<{ passages: RetrievedParagraph[] }>;
  /** Paragraphs to return, 1 to 20. */
  topK?: number;
  sources?: string[];
}

/**
 * LangChain's door to the search. Each document is a paragraph; its metadata say where it stands.
 *
 * @example
 * const retriever = new VerbatimRetriever({ search: assistant.search, topK: 5 });
 * const documents = await retriever.invoke('Where is the General Secretariat?');
 * documents[0].metadata; // { source, title, paragraph, start, end, score }
 */
export class VerbatimRetriever extends BaseRetriever {
  lc_namespace = ['verbatim', 'retrieval'];

  static override lc_name(): string {
    return 'VerbatimRetriever';
  }

  private readonly options: VerbatimRetrieverInput;

  constructor(options: VerbatimRetrieverInput) {
    super(options);
    this.options = options;
  }

  override async _getRelevantDocuments(query: string): Promise<Document[]> {
    const { search, topK = 5, sources } = this.options;
    const { passages } = await search({ query, topK, ...(sources ? { sources } : {}) });
    return passages.map(({ text, ...metadata }) => new Document({ pageContent: text, metadata }));
  }
}
