"""The reader: the six layers of all-MiniLM-L6-v2 over [CLS] question [SEP] prefix passage [SEP], and three linear heads.

Word and position embeddings, the embedding LayerNorm and token type 0 stay as the embedder has them, so that
the product holds them once. Trained: token type 1 (the passage), the encoder layers, the heads.
"""
import json
import struct

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

LAYERS, WIDTH, HEADS, EPS = 6, 384, 12, 1e-12
MASKED = -1e4
NUMPY = {"F32": np.float32, "F16": np.float16, "I8": np.int8, "I64": np.int64}
NAMES = {np.dtype(v): k for k, v in NUMPY.items()}


def read_safetensors(path):
    with open(path, "rb") as file:
        size = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(size))
        body = file.read()
    header.pop("__metadata__", None)
    return {name: np.frombuffer(body[t["data_offsets"][0]:t["data_offsets"][1]], NUMPY[t["dtype"]]).reshape(t["shape"])
            for name, t in header.items()}


def write_safetensors(path, tensors, metadata):
    header, at, parts = {"__metadata__": metadata}, 0, []
    for name, array in tensors.items():
        data = np.ascontiguousarray(array).tobytes()
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape), "data_offsets": [at, at + len(data)]}
        at += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm1 = nn.LayerNorm(WIDTH, eps=EPS)
        self.up = nn.Linear(WIDTH, 4 * WIDTH)
        self.down = nn.Linear(4 * WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH, eps=EPS)

    def forward(self, x, mask, dropout):
        b, n, _ = x.shape
        qkv = self.qkv(x).view(b, n, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        weight = (qkv[0] @ qkv[1].transpose(-1, -2) * (WIDTH // HEADS) ** -0.5 + mask).softmax(-1)
        mixed = (weight @ qkv[2]).transpose(1, 2).reshape(b, n, WIDTH)
        mixed = self.out(mixed)
        x = self.norm1(x + (F.dropout(mixed, dropout, self.training) if dropout else mixed))
        up = self.down(F.gelu(self.up(x)))
        return self.norm2(x + (F.dropout(up, dropout, self.training) if dropout else up))


# name in the HF BERT state dict -> (our module, part of qkv)
PLACES = {
    "attention.self.query": ("qkv", 0), "attention.self.key": ("qkv", 1), "attention.self.value": ("qkv", 2),
    "attention.output.dense": ("out", None), "attention.output.LayerNorm": ("norm1", None),
    "intermediate.dense": ("up", None), "output.dense": ("down", None), "output.LayerNorm": ("norm2", None),
}


class Reader(nn.Module):
    def __init__(self, base):
        """base: the embedder's state dict as numpy arrays."""
        super().__init__()

        def frozen(name):
            return torch.from_numpy(base[f"embeddings.{name}"].astype(np.float32))

        self.register_buffer("words", frozen("word_embeddings.weight"), persistent=False)
        self.register_buffer("positions", frozen("position_embeddings.weight"), persistent=False)
        self.register_buffer("norm_weight", frozen("LayerNorm.weight"), persistent=False)
        self.register_buffer("norm_bias", frozen("LayerNorm.bias"), persistent=False)
        types = frozen("token_type_embeddings.weight")
        self.register_buffer("type0", types[0].clone(), persistent=False)
        self.type1 = nn.Parameter(types[1].clone())
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.span = nn.Linear(WIDTH, 2)
        self.answerable = nn.Linear(2 * WIDTH, 1)
        self.relevance = nn.Linear(2 * WIDTH, 1)
        for head in (self.span, self.answerable, self.relevance):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)
        self.load_hf(base)

    def load_hf(self, state):
        with torch.no_grad():
            for i, layer in enumerate(self.layers):
                for name, (place, part) in PLACES.items():
                    for kind in ("weight", "bias"):
                        value = torch.from_numpy(state[f"encoder.layer.{i}.{name}.{kind}"].astype(np.float32))
                        target = getattr(getattr(layer, place), kind)
                        (target if part is None else target[part * WIDTH:(part + 1) * WIDTH]).copy_(value)

    def hf_state(self):
        """Everything trained, as float32 numpy arrays under HF BERT names."""
        state = {"embeddings.token_type_embeddings.row1": self.type1}
        for i, layer in enumerate(self.layers):
            for name, (place, part) in PLACES.items():
                for kind in ("weight", "bias"):
                    value = getattr(getattr(layer, place), kind)
                    state[f"encoder.layer.{i}.{name}.{kind}"] = value if part is None else value[part * WIDTH:(part + 1) * WIDTH]
        for head in ("span", "answerable", "relevance"):
            state[f"{head}.weight"] = getattr(self, head).weight
            state[f"{head}.bias"] = getattr(self, head).bias
        return {k: v.detach().float().numpy().copy() for k, v in state.items()}

    def forward(self, ids, types, valid, dropout=0.0):
        """ids, types, valid: (batch, length). -> start logits, end logits, answerable, relevance."""
        x = F.embedding(ids, self.words) + self.positions[: ids.shape[1]]
        x = x + torch.where(types.unsqueeze(-1) > 0, self.type1, self.type0)
        x = F.layer_norm(x, (WIDTH,), self.norm_weight, self.norm_bias, EPS)
        mask = ((1 - valid.float()) * MASKED)[:, None, None, :]
        if torch.is_autocast_cpu_enabled():
            mask = mask.bfloat16()
        for layer in self.layers:
            x = layer(x, mask, dropout)
        with torch.autocast("cpu", enabled=False):
            x = x.float()
            span = self.span(x)
            weight = valid.float().unsqueeze(-1)
            pooled = torch.cat([x[:, 0], (x * weight).sum(1) / weight.sum(1)], 1)
            return span[..., 0], span[..., 1], self.answerable(pooled)[:, 0], self.relevance(pooled)[:, 0]
