import { contribDomain, createOnnxGraph, elementTypeCode, type OnnxGraph } from './onnx-graph.js';
import { quantisedLinear, quantiseRows, zeroPointsOf } from './quantise.js';
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

/** Transposes a row-major [rows, columns] matrix. */
function transpose({ shape: [rows = 0, columns = 0], data }: Tensor): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c] as number;
  return out;
}

/** Puts the rows of several matrices, or the elements of several vectors, one after the other. */
function concatenate(tensors: Tensor[]): Tensor {
  const data = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0));
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  const rows = tensors.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { shape: [rows, ...(tensors[0]?.shape.slice(1) ?? [])], data };
}

/**
 * Writes a BERT encoder as ONNX: `input_ids`, `attention_mask`, `token_type_ids` [batch, sequence] to
 * `last_hidden_state` [batch, sequence, hidden]. Word embeddings stay in half precision, as they came.
 *
 * Attention, layer normalisation and GELU are ONNX Runtime's fused operators; with `int8` the linear layers
 * multiply integers, quantised per output channel and per token.
 *
 * @param addOutputs Adds the outputs, computed from the last hidden state and the attention mask (int64);
 *   without it the last hidden state is the output.
 * @throws Error when a tensor is missing.
 */
export function bertGraph(
  weights: BertWeights,
  config: BertConfig,
  precision: Precision,
  addOutputs = (graph: OnnxGraph, hidden: string, _mask: string): void => graph.output('last_hidden_state', hidden, ['batch', 'sequence', config.hidden_size]),
): Uint8Array {
  const graph = createOnnxGraph('bert');
  const epsilon = { float: config.layer_norm_eps };
  const tensor = (name: string): Tensor => {
    const found = weights.get(name);
    if (!found) throw new Error(`the weights lack the tensor ${name}`);
    return found;
  };
  const constant = (name: string) => graph.constant(name, 'float', tensor(name).shape, tensor(name).data);
  const halfConstant = (name: string) => graph.constant(name, 'float16', tensor(name).shape, toHalves(tensor(name).data));
  const scalar = (name: string, value: bigint) => graph.constant(name, 'int64', [], new BigInt64Array([value]));

  const plainLinear = (name: string, input: string, weight: Tensor, bias: Tensor) => {
    const [outputs = 0, inputs = 0] = weight.shape;
    const product = graph.node('MatMul', [input, graph.constant(`${name}.weight`, 'float', [inputs, outputs], transpose(weight))]);
    return graph.node('Add', [product, graph.constant(`${name}.bias`, 'float', [outputs], bias.data)]);
  };
  const linear = (name: string, input: string, weight = tensor(`${name}.weight`), bias = tensor(`${name}.bias`)) =>
    precision === 'fp32' ? plainLinear(name, input, weight, bias) : quantisedLinear(graph, name, quantiseRows(graph, input, zeroPoints), weight, bias);
  const addAndNormalise = (value: string, residual: string, name: string) =>
    graph.node('SkipLayerNormalization', [value, residual, constant(`${name}.weight`), constant(`${name}.bias`)], { epsilon }, contribDomain);

  const embeddings = (): string => {
    const ids = graph.input('input_ids', 'int64', ['batch', 'sequence']);
    const types = graph.input('token_type_ids', 'int64', ['batch', 'sequence']);
    const length = graph.node('Squeeze', [graph.node('Shape', [ids], { start: 1, end: 2 })]);
    const positions = graph.node('Range', [scalar('zero', 0n), length, scalar('one', 1n)]);
    const words = graph.node('Gather', [halfConstant('embeddings.word_embeddings.weight'), ids]);
    const place = graph.node('Gather', [constant('embeddings.position_embeddings.weight'), positions]);
    const segment = graph.node('Gather', [constant('embeddings.token_type_embeddings.weight'), types]);
    const sum = graph.node('Add', [graph.node('Add', [graph.node('Cast', [words], { to: elementTypeCode('float') }), segment]), place]);
    const [scale, shift] = ['weight', 'bias'].map((part) => constant(`embeddings.LayerNorm.${part}`)) as [string, string];
    return graph.node('LayerNormalization', [sum, scale, shift], { axis: -1, epsilon });
  };

  const attention = (layer: string, input: string, mask: string): string => {
    const parts = ['query', 'key', 'value'].map((part) => `${layer}.attention.self.${part}`);
    const merge = (kind: string) => concatenate(parts.map((part) => tensor(`${part}.${kind}`)));
    const joint = linear(`${layer}.attention.self`, input, merge('weight'), merge('bias'));
    const sizes = graph.constant('qkv_sizes', 'int64', [3], new BigInt64Array(3).fill(BigInt(config.hidden_size)));
    const [query, key, value] = graph.split(joint, sizes, 3).map(batched) as [string, string, string];
    return rows(graph.node('MultiHeadAttention', [query, key, value, '', mask], { num_heads: config.num_attention_heads }, contribDomain));
  };

  // All but attention works on a matrix with a row for each token: only of such are rows quantised by one operator.
  const shape = (name: string, sizes: number[]) => graph.constant(name, 'int64', [sizes.length], BigInt64Array.from(sizes, BigInt));
  const rows = (value: string) => graph.node('Reshape', [value, shape('rows', [-1, config.hidden_size])]);
  let hidden = rows(embeddings());
  const batch = graph.node('Concat', [graph.node('Shape', ['input_ids']), shape('hidden_size', [config.hidden_size])], { axis: 0 });
  const batched = (value: string) => graph.node('Reshape', [value, batch]);
  const zeroPoints = precision === 'int8' ? zeroPointsOf(graph, hidden) : '';
  const mask = graph.input('attention_mask', 'int64', ['batch', 'sequence']);
  const attentionMask = graph.node('Cast', [mask], { to: elementTypeCode('int32') });
  for (let i = 0; i < config.num_hidden_layers; i++) {
    const layer = `encoder.layer.${i}`;
    const attended = linear(`${layer}.attention.output.dense`, attention(layer, hidden, attentionMask));
    hidden = addAndNormalise(attended, hidden, `${layer}.attention.output.LayerNorm`);
    const wide = graph.node('Gelu', [linear(`${layer}.intermediate.dense`, hidden)], {}, contribDomain);
    hidden = addAndNormalise(linear(`${layer}.output.dense`, wide), hidden, `${layer}.output.LayerNorm`);
  }
  addOutputs(graph, batched(hidden), mask);
  return graph.encode();
}
