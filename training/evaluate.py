"""Scores a reader: SQuAD F1, exact match, answerable or not, reranking."""
import argparse
import collections
import random
import re
import string

import numpy as np
import torch

from model import MASKED, Reader, read_safetensors
from records import SHARED, dev_records, real_title, report, squad_file
from wordpiece import CLS, SEP, WordPiece

LONGEST, STRIDE, LONGEST_ANSWER = 256, 96, 30


def normalised(text):
    text = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def f1(guess, gold):
    a, b = normalised(guess), normalised(gold)
    if not a or not b:
        return float(a == b)
    same = sum((collections.Counter(a) & collections.Counter(b)).values())
    return 2 * same / (len(a) + len(b)) if same else 0.0


def exact(guess, gold):
    return float(normalised(guess) == normalised(gold))


def inputs(piece, question, prefix, passage, longest=LONGEST):
    """Windows of one pair: (ids, where segment B begins, where the passage begins, its offsets)."""
    head = [CLS, *piece.encode(question)[0][:64], SEP]
    before = piece.encode(prefix)[0][:40] if prefix else []
    ids, starts, ends = piece.encode(passage)
    room = longest - len(head) - len(before) - 1
    at = 0
    while True:
        part = slice(at, at + room)
        yield head + before + ids[part] + [SEP], len(head), len(head) + len(before), starts[part], ends[part]
        if at + room >= len(ids):
            return
        at += room - STRIDE


def run(model, windows, tokens=8192):
    """-> for each window a dict of scores; windows as from inputs()."""
    order = sorted(range(len(windows)), key=lambda i: len(windows[i][0]))
    out = [None] * len(windows)
    at = 0
    while at < len(order):
        size = 1
        while at + size < len(order) and len(windows[order[at + size]][0]) * (size + 1) <= tokens:
            size += 1
        rows = order[at:at + size]
        at += size
        longest = max(len(windows[i][0]) for i in rows)
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        types, valid = torch.zeros_like(ids), torch.zeros_like(ids)
        for r, i in enumerate(rows):
            w = windows[i]
            ids[r, :len(w[0])] = torch.tensor(w[0])
            types[r, w[1]:len(w[0])] = 1
            valid[r, :len(w[0])] = 1
        with torch.no_grad():
            start, end, answerable, relevance = (t.float().numpy() for t in model(ids, types, valid))
        for r, i in enumerate(rows):
            _, _, first, starts, ends = windows[i]
            n = len(starts)
            s, e = start[r, first:first + n], end[r, first:first + n]
            if n:
                table = s[:, None] + e[None, :]
                table = np.where(np.triu(np.ones((n, n), bool)) & ~np.triu(np.ones((n, n), bool), LONGEST_ANSWER), table, -1e9)
                a, b = divmod(int(table.argmax()), n)
                best, where = float(table[a, b]), (starts[a], ends[b])
            else:
                best, where = MASKED, (0, 0)
            out[i] = {"span": where, "margin": best - float(start[r, 0] + end[r, 0]),
                      "answerable": float(answerable[r]), "relevance": float(relevance[r])}
    return out


def read_all(model, piece, records, titles=False):
    windows, owner = [], []
    for n, r in enumerate(records):
        prefix = real_title(r["title"]).replace("_", " ") if titles else ""
        for w in inputs(piece, r["question"], prefix, r["context"]):
            windows.append(w)
            owner.append(n)
    scores = run(model, windows)
    best = [None] * len(records)
    for n, s in zip(owner, scores):
        if best[n] is None or s["margin"] + s["answerable"] > best[n]["margin"] + best[n]["answerable"]:
            best[n] = s
    for r, s in zip(records, best):
        s["text"] = r["context"][s["span"][0]:s["span"][1]]
    return best


def auc(scores, labels):
    order = np.argsort(scores, kind="stable")
    ranks = np.empty(len(order))
    ranks[order] = np.arange(1, len(order) + 1)
    labels = np.asarray(labels, bool)
    p, n = labels.sum(), (~labels).sum()
    return float((ranks[labels].sum() - p * (p + 1) / 2) / (p * n)) if p and n else float("nan")


def features(found):
    return np.array([[s["margin"], s["answerable"]] for s in found])


def calibrate(found, labels):
    """Logistic regression of answerable on (span margin, answerable logit): -> weights and bias of one logit."""
    x, y = features(found), np.asarray(labels, float)
    x1 = np.hstack([x, np.ones((len(x), 1))])
    w = np.zeros(3)
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(x1 @ w, -30, 30)))
        h = (x1 * (p * (1 - p) + 1e-6)[:, None]).T @ x1 + 1e-4 * np.eye(3)
        w += np.linalg.solve(h, x1.T @ (y - p))
    return [float(v) for v in w]


def combined(found, weights):
    return features(found) @ np.array(weights[:2]) + weights[2]


def span_scores(records, found):
    pairs = [(s["text"], [a["text"] for a in r["answers"]]) for r, s in zip(records, found) if r["answerable"]]
    return (100 * float(np.mean([max(f1(t, g) for g in gold) for t, gold in pairs])),
            100 * float(np.mean([max(exact(t, g) for g in gold) for t, gold in pairs])))


def squad2_scores(records, found, logits, threshold):
    f, e, right = [], [], []
    for r, s, z in zip(records, found, logits):
        says = z > threshold
        right.append(says == r["answerable"])
        if not r["answerable"]:
            f.append(float(not says))
            e.append(float(not says))
        else:
            f.append(max(f1(s["text"], a["text"]) for a in r["answers"]) if says else 0.0)
            e.append(max(exact(s["text"], a["text"]) for a in r["answers"]) if says else 0.0)
    return {"f1": 100 * float(np.mean(f)), "exact": 100 * float(np.mean(e)), "answerable_accuracy": 100 * float(np.mean(right))}


def best_threshold(logits, labels):
    order = np.sort(logits)
    best = max(((np.mean((logits > t) == labels), t) for t in order[::max(1, len(order) // 400)]), key=lambda p: p[0])
    return float(best[1])


def quick(model, piece, shared, count=600, seed=1):
    """A small look during training: dev and half-dev samples."""
    rng = random.Random(seed)
    out = {}
    dev = [r for r in dev_records(f"{shared}/reader") if r["set"].startswith(("squad", "tydi"))]
    half = list(squad_file(f"{shared}/squad2/half-dev-v2.0.json"))
    for name, records in (("dev", rng.sample(dev, count)), ("half", rng.sample(half, count))):
        found = read_all(model, piece, records)
        labels = [r["answerable"] for r in records]
        f, e = span_scores(records, found)
        out[name] = {"span_f1": round(f, 1), "span_em": round(e, 1), "auc_head": round(auc([s["answerable"] for s in found], labels), 3),
                     "auc_margin": round(auc([s["margin"] for s in found], labels), 3),
                     "auc_sum": round(auc([s["answerable"] * 2 + s["margin"] for s in found], labels), 3)}
    return out


def load(base, weights):
    """A reader from a checkpoint of train.py (.pt) or an exported file (.safetensors)."""
    base = read_safetensors(f"{base}/model.fp16.safetensors")
    model = Reader(base)
    if str(weights).endswith(".pt"):
        model.load_state_dict(torch.load(weights, map_location="cpu")["model"], strict=False)
        return model.eval()
    stored = read_safetensors(weights)
    state = {name: array.astype(np.float32) * (stored[name + ".scale"][:, None] if name + ".scale" in stored else 1)
             for name, array in stored.items() if not name.endswith(".scale")}
    model.load_hf(state)
    with torch.no_grad():
        model.type1.copy_(torch.from_numpy(state["embeddings.token_type_embeddings.row1"]))
        for head in ("span", "answerable", "relevance"):
            for kind in ("weight", "bias"):
                getattr(getattr(model, head), kind).copy_(torch.from_numpy(state[f"{head}.{kind}"]))
    return model.eval()



def balanced(records):
    """Answerable and not in equal numbers, from the SQuAD sets: what the threshold is chosen on."""
    records = [r for r in records if r["set"].startswith("squad2-bt")]
    no = [r for r in records if not r["answerable"]]
    yes = [r for r in records if r["answerable"]]
    return no + random.Random(1).sample(yes, min(len(yes), len(no)))


def full(model, piece, shared, sample=None):
    def cut(records):
        return records if not sample or len(records) <= sample else random.Random(2).sample(records, sample)

    out = {}
    dev = cut(balanced(dev_records(f"{shared}/reader")))
    found, labels = read_all(model, piece, dev), np.array([r["answerable"] for r in dev])
    weights = calibrate(found, labels)
    logits = combined(found, weights)
    threshold = best_threshold(logits, labels)
    out["calibration"] = {"margin": weights[0], "answerable": weights[1], "bias": weights[2], "threshold": threshold}
    f, e = span_scores(dev, found)
    out["dev"] = {"n": len(dev), "span_f1": f, "span_exact": e, "auc": auc(logits, labels), "answerable_accuracy": 100 * float(np.mean((logits > threshold) == labels))}
    half = cut(list(squad_file(f"{shared}/squad2/half-dev-v2.0.json")))
    found, labels = read_all(model, piece, half), np.array([r["answerable"] for r in half])
    logits = combined(found, weights)
    f, e = span_scores(half, found)
    out["squad2_half_dev"] = {"n": len(half), "span_f1_answerable": f, "span_exact_answerable": e, "auc": auc(logits, labels),
                              "auc_head": auc([s["answerable"] for s in found], labels), "auc_margin": auc([s["margin"] for s in found], labels),
                              **squad2_scores(half, found, logits, threshold)}
    xquad = cut(list(squad_file(f"{shared}/xquad/xquad.en.json")))
    f, e = span_scores(xquad, read_all(model, piece, xquad))
    out["xquad_en"] = {"n": len(xquad), "span_f1": f, "span_exact": e}
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", required=True, help="folder with model.fp16.safetensors and tokenizer.json")
    parser.add_argument("--weights", required=True, help="checkpoint of train.py or exported .safetensors")
    parser.add_argument("--shared", default=str(SHARED))
    parser.add_argument("--sample", type=int, help="at most so many records of each set")
    parser.add_argument("--bf16", action="store_true", help="faster on processors that have it")
    parser.add_argument("--out", help="JSON file for the scores")
    args = parser.parse_args()
    model = load(args.base, args.weights)
    with torch.autocast("cpu", torch.bfloat16, enabled=args.bf16):
        scores = full(model, WordPiece(f"{args.base}/tokenizer.json"), args.shared, args.sample)
    report(scores, args.out)


if __name__ == "__main__":
    main()
