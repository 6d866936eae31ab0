import { floatLayers } from './float-layers.js';
import { type InputRanges, integerLayers } from './integer-layers.js';
import { contribDomain, createOnnxGraph, elementTypeCode, type OnnxGraph } from './onnx-graph.js';
import { type Tensor, toHalves } from './safetensors.js';

/** The fields of a BERT `config.json` that shape the graph. */
export interface BertConfig {
  hidden_size: number;
  num_hidden_layers: number;
  num_attention_heads: number;
  layer_norm_eps: number;
  max_position_embeddings: number;
}

export type Precision = 'fp32' | 'int8';

/** Weights by their names in the BERT state dict. */
export type BertWeights = ReadonlyMap<string, Tensor>;

/**
 * The linear layers of an encoder layer (`encoder.layer.0`), by what they do. Inputs and results are matrices with a row
 * for each token. Input ranges have the names `{layer}.attention.self`, `.attention.output.dense` and `.intermediate.dense`.
 */
export interface EncoderLayers {
  /** Queries, keys and values, each of all heads. */
  project(layer: string, input: string): [query: string, key: string, value: string];
  /** From what the heads attended to. */
  attend(layer: string, input: string): string;
  /** To the inner size of the feed-forward layer. */
  widen(layer: string, input: string): string;
  /** And back. */
  narrow(layer: string, input: string): string;
}

/** What a graph gives and how it computes. */
export interface GraphOptions {
  /** Channels of the inputs of linear layers, to compute them in whole numbers; without them floats are used. */
  ranges?: InputRanges | undefined;
  /** Adds the outputs, computed from the last hidden state and the attention mask (int64); without it the last hidden state is the output. */
  addOutputs?: (graph: OnnxGraph, hidden: string, mask: string) => void;
  /** Adds an output for each input range, under its name. */
  observe?: boolean;
}

/**
 * Writes a BERT encoder as ONNX: `input_ids`, `attention_mask`, `token_type_ids` [batch, sequence] to
 * `last_hidden_state` [batch, sequence, hidden]. Padding stands at the end of a sequence. Word embeddings stay in half precision, as they came.
 *
 * @throws Error when a tensor or a range is missing.
 */
export function bertGraph(weights: BertWeights, config: BertConfig, { ranges, addOutputs, observe = false }: GraphOptions = {}): Uint8Array {
  const graph = createOnnxGraph('bert');
  const epsilon = { float: config.layer_norm_eps };
  const width = config.hidden_size;
  const tensor = (name: string): Tensor => {
    const found = weights.get(name);
    if (!found) throw new Error(`the weights lack the tensor ${name}`);
    return found;
  };
  const layers = ranges ? integerLayers(graph, tensor, ranges) : floatLayers(graph, tensor);
  const constant = (name: string) => graph.constant(name, 'float', tensor(name).shape, tensor(name).data);
  const halfConstant = (name: string) => graph.constant(name, 'float16', tensor(name).shape, toHalves(tensor(name).data));
  const scalar = (name: string, value: bigint) => graph.constant(name, 'int64', [], new BigInt64Array([value]));
  const shape = (name: string, sizes: number[]) => graph.constant(name, 'int64', [sizes.length], BigInt64Array.from(sizes, BigInt));
  const normalise = (value: string, name: string) =>
    graph.node('LayerNormalization', [value, constant(`${name}.weight`), constant(`${name}.bias`)], { axis: -1, epsilon });
  // Sum, not Add: ONNX Runtime makes one operator of Add and LayerNormalization, which is several times as slow as the two.
  const addAndNormalise = (value: string, residual: string, name: string) => normalise(graph.node('Sum', [value, residual]), name);

  const watched = (name: string, value: string): string => {
    if (observe) graph.output(name, graph.node('ReduceMax', [graph.node('Abs', [value]), shape('axis_rows', [0])], { keepdims: 0 }), [width]);
    return value;
  };

  const embeddings = (): string => {
    const ids = graph.input('input_ids', 'int64', ['batch', 'sequence']);
    const types = graph.input('token_type_ids', 'int64', ['batch', 'sequence']);
    const length = graph.node('Squeeze', [graph.node('Shape', [ids], { start: 1, end: 2 })]);
    const positions = graph.node('Range', [scalar('zero', 0n), length, scalar('one', 1n)]);
    const words = graph.node('Gather', [halfConstant('embeddings.word_embeddings.weight'), ids]);
    const place = graph.node('Gather', [constant('embeddings.position_embeddings.weight'), positions]);
    const segment = graph.node('Gather', [constant('embeddings.token_type_embeddings.weight'), types]);
    const sum = graph.node('Add', [graph.node('Add', [graph.node('Cast', [words], { to: elementTypeCode('float') }), segment]), place]);
    return normalise(sum, 'embeddings.LayerNorm');
  };

  // All but attention works on a matrix with a row for each token: only of such are rows quantised by one operator.
  const rows = (value: string) => graph.node('Reshape', [value, shape('rows', [-1, width])]);
  let hidden = rows(embeddings());
  const batch = graph.node('Concat', [graph.node('Shape', ['input_ids']), shape('hidden_size', [width])], { axis: 0 });
  const batched = (value: string) => graph.node('Reshape', [value, batch]);
  const mask = graph.input('attention_mask', 'int64', ['batch', 'sequence']);
  const lengths = graph.node('ReduceSum', [mask, shape('axis_sequence', [1])], { keepdims: 0 });
  const heads = { q_num_heads: config.num_attention_heads, kv_num_heads: config.num_attention_heads };
  // ONNX's own operator takes a fourth less time than ONNX Runtime's MultiHeadAttention with a mask.
  const attention = (projected: string[]): string => rows(graph.node('Attention', [...projected.map(batched), '', '', '', lengths], heads));
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `encoder.layer.${i}`;
    const attended = watched(`${layer}.attention.output.dense`, attention(layers.project(layer, watched(`${layer}.attention.self`, hidden))));
    hidden = addAndNormalise(layers.attend(layer, attended), hidden, `${layer}.attention.output.LayerNorm`);
    // The tanh form: vectors keep a cosine of 0.99999 with those of the error function, which takes longer.
    const wide = graph.node('FastGelu', [layers.widen(layer, watched(`${layer}.intermediate.dense`, hidden))], {}, contribDomain);
    hidden = addAndNormalise(layers.narrow(layer, wide), hidden, `${layer}.output.LayerNorm`);
  }
  if (addOutputs) addOutputs(graph, batched(hidden), mask);
  else graph.output('last_hidden_state', batched(hidden), ['batch', 'sequence', width]);
  return graph.encode();
}
