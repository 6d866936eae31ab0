import type { EncoderLayers } from './bert-graph.js';
import type { OnnxGraph } from './onnx-graph.js';
import { concatenate, type Tensor } from './safetensors.js';

/** Transposes a row-major [rows, columns] matrix. */
function transpose({ shape: [rows = 0, columns = 0], data }: Tensor): Float32Array {
  const out = new Float32Array(data.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[c * rows + r] = data[r * columns + c] as number;
  return out;
}

/** The linear layers of a BERT encoder in 32-bit floats. @param tensor The weight of a name. */
export function floatLayers(graph: OnnxGraph, tensor: (name: string) => Tensor): EncoderLayers {
  const linear = (name: string, input: string, weight: Tensor, bias: Tensor) => {
    const [outputs = 0, inputs = 0] = weight.shape;
    const product = graph.node('MatMul', [input, graph.constant(`${name}.weight`, 'float', [inputs, outputs], transpose(weight))]);
    return graph.node('Add', [product, graph.constant(`${name}.bias`, 'float', [outputs], bias.data)]);
  };
  const dense = (name: string, input: string) => linear(name, input, tensor(`${name}.weight`), tensor(`${name}.bias`));
  return {
    project(layer, input) {
      const joined = (kind: string) => concatenate(['query', 'key', 'value'].map((part) => tensor(`${layer}.attention.self.${part}.${kind}`)));
      return linear(`${layer}.attention.self`, input, joined('weight'), joined('bias'));
    },
    attend: (layer, input) => dense(`${layer}.attention.output.dense`, input),
    widen: (layer, input) => dense(`${layer}.intermediate.dense`, input),
    narrow: (layer, input) => dense(`${layer}.output.dense`, input),
  };
}
