"""Tokenises the training files once and finds hard negatives; writes one pickle that train.py reads.

For each question: the BM25-nearest other passages of the same article that do not contain its answer.
For a share of the human-worded questions: a variant with a number or name exchanged, which the passage
then no longer answers.
"""
import argparse
import collections
import math
import pickle
import random
import re

import numpy as np

from records import SHARED, read_jsonl, real_title, train_records
from wordpiece import WordPiece

HUMAN = {"squad1-pa4", "squadshifts-wiki", "tydiqa-en", "covid-qa", "tatqa", "quoref-ni"}
NAME = re.compile(r"(?<![.!?] )(?<!^)\b[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,})*")
NUMBER = re.compile(r"\b\d{1,4}\b")
TERM = re.compile(r"[a-z0-9]+")
STOP = set("the a an of in on at to for and or is are was were be been by with from as that this it its what which who whom "
           "when where why how did do does many much s has had have not they he she his her their into about".split())


def terms(text):
    return [t for t in TERM.findall(text.lower()) if t not in STOP]


def bm25_matrix(texts):
    """Dense passages x terms matrix of BM25 weights; groups are small enough for that."""
    bags = [collections.Counter(terms(t)) for t in texts]
    frequency = collections.Counter(t for bag in bags for t in bag)
    column = {t: i for i, t in enumerate(frequency)}
    weights = np.zeros((len(texts), len(column)), np.float32)
    mean = sum(sum(b.values()) for b in bags) / max(1, len(bags)) or 1
    for row, bag in enumerate(bags):
        size = sum(bag.values())
        for t, n in bag.items():
            idf = math.log(1 + (len(texts) - frequency[t] + 0.5) / (frequency[t] + 0.5))
            weights[row, column[t]] = idf * n * 2.2 / (n + 1.2 * (0.25 + 0.75 * size / mean))
    return weights, column


def pseudo_title(texts):
    """The capitalised phrase found in most passages of an article whose title is not known."""
    count = collections.Counter()
    for text in texts:
        count.update(set(NAME.findall(text)))
    best = count.most_common(1)
    return best[0][0] if best and best[0][1] >= max(2, 0.15 * len(texts)) else ""


def exchanged(question, context, names, rng):
    """The question with one number or name exchanged for one the passage does not hold, or None."""
    numbers = [m for m in NUMBER.finditer(question) if m.group() in context]
    if numbers:
        m = rng.choice(numbers)
        value = int(m.group())
        new = str(max(1, value + rng.choice([-1, 1]) * rng.choice([1, 2, 3, 5, 7, 10, 12, 20])))
        if new not in context:
            return question[: m.start()] + new + question[m.end():]
        return None
    found = [m for m in NAME.finditer(question) if m.group() in context]
    others = [n for n in names if n not in context and n not in question]
    if not found or not others:
        return None
    m = rng.choice(found)
    same_length = [n for n in others if n.count(" ") == m.group().count(" ")]
    return question[: m.start()] + rng.choice(same_length or others) + question[m.end():]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=str(SHARED / "reader"))
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json of the embedding model")
    parser.add_argument("--out", required=True)
    parser.add_argument("--seed", type=int, default=20261121)
    args = parser.parse_args()
    rng = random.Random(args.seed)
    piece = WordPiece(args.tokenizer)
    contexts, context_index, title_of, group_of = [], {}, [], []
    records = []
    originals = {r["id"]: r["question"] for r in read_jsonl(f"{args.data}/squad2-bt-original-questions.jsonl.gz")}

    for r in train_records(args.data):
        key = r["context"]
        if key not in context_index:
            context_index[key] = len(contexts)
            contexts.append(key)
            title_of.append(real_title(r["title"]))
            family = "squad2-bt" if r["set"].startswith("squad2-bt") else r["set"]
            group_of.append((family, r["title"]))
        records.append(r)

    groups = collections.defaultdict(list)
    for i, group in enumerate(group_of):
        groups[group].append(i)
    alone = collections.defaultdict(list)
    for (family, _), members in groups.items():
        alone[family] += members
    by_group = collections.defaultdict(list)
    for n, r in enumerate(records):
        c = context_index[r["context"]]
        group = group_of[c]
        # An article with few passages has no near passage that is not the answer's own: take the whole set.
        by_group[group if len(groups[group]) >= 4 else (group[0], None)].append(n)

    negatives = [[] for _ in records]
    swaps = [None] * len(records)
    sections = [""] * len(contexts)
    for group, numbers in by_group.items():
        members = groups[group] if group[1] is not None else alone[group[0]][:3000]
        texts = [contexts[m] for m in members]
        lowered = [t.lower() for t in texts]
        weights, column = bm25_matrix(texts)
        names = [n for t in rng.sample(texts, min(20, len(texts))) for n in NAME.findall(t)]
        if group[1] is not None and not title_of[members[0]]:
            title = pseudo_title(texts)
            for m in members:
                title_of[m] = title
        for n in numbers:
            r = records[n]
            if not r["answerable"]:
                continue
            own = context_index[r["context"]]
            columns = [column[t] for t in set(terms(originals.get(r["id"], r["question"])) + terms(r["question"])) if t in column]
            if columns:
                score = weights[:, columns].sum(1)
                answers = [a["text"].lower() for a in r["answers"]]
                for at in np.argsort(-score)[:8]:
                    if members[at] != own and not any(a in lowered[at] for a in answers):
                        negatives[n].append(members[at])
                    if len(negatives[n]) == 3:
                        break
            if r["set"] in HUMAN or (r["id"] in originals and rng.random() < 0.4):
                swaps[n] = exchanged(originals.get(r["id"], r["question"]), r["context"], names, rng)
    for i, text in enumerate(contexts):
        found = [n for n in NAME.findall(text)]
        if found and rng.random() < 0.4:
            sections[i] = rng.choice(found)

    period = {piece.vocab[c] for c in ".!?"}
    tokens = []
    for text in contexts:
        ids, starts, ends = piece.encode(text)
        sentences = [0] + [i for i in range(1, len(ids)) if ids[i - 1] in period and starts[i] > ends[i - 1]
                           and text[starts[i]].isupper()]
        tokens.append((np.array(ids, np.int32), starts, ends, np.array(sentences, np.int32)))

    def ids_of(text):
        return np.array(piece.encode(text)[0], np.int32)

    items, bad = [], 0
    for n, r in enumerate(records):
        c = context_index[r["context"]]
        _, starts, ends, _ = tokens[c]
        spans = []
        for a, b in r["spans"]:
            first = next((i for i, e in enumerate(ends) if e > a), None)
            last = next((i for i in range(len(starts) - 1, -1, -1) if starts[i] < b), None)
            if first is not None and last is not None and first <= last:
                spans.append((first, last))
        if r["answerable"] and not spans:
            bad += 1
            continue
        original = originals.get(r["id"])
        items.append({
            "set": r["set"], "context": c, "question": ids_of(r["question"]),
            "original": ids_of(original) if original else None,
            "swap": ids_of(swaps[n]) if swaps[n] else None,
            "spans": spans, "negatives": negatives[n],
            # other windows of its own passage that hold the answer's words are no negatives
            "answer": [a["text"].lower() for a in r["answers"]][:1],
        })

    pairs = collections.OrderedDict()
    for r in read_jsonl(f"{args.data}/pairs.jsonl.gz"):
        pairs.setdefault((r["set"], r["question"]), []).append((ids_of(r["text"])[:230], r["label"]))
    pair_items = [{"set": s, "question": ids_of(q), "texts": t} for (s, q), t in pairs.items()
                  if any(l for _, l in t) and not all(l for _, l in t)]
    prefixes = [(ids_of(t)[:24], ids_of("| " + s)[:12] if s else None) if t else None for t, s in zip(title_of, sections)]
    with open(args.out, "wb") as file:
        pickle.dump({"contexts": [(t[0], t[3]) for t in tokens], "prefixes": prefixes, "items": items, "pairs": pair_items}, file, 4)
    print("contexts", len(contexts), "items", len(items), "spans lost", bad, "pairs", len(pair_items),
          "with negatives", sum(bool(i["negatives"]) for i in items), "swaps", sum(i["swap"] is not None for i in items),
          "prefixed", sum(p is not None for p in prefixes))


if __name__ == "__main__":
    main()
