"""Turns prepared records into training examples: windows, prefixes, negatives, batches by length."""
import random

import numpy as np
import torch

from wordpiece import CLS, SEP

# How often a record of each set is used in one pass over the data.
SHARE = {
    "squad2-bt": 0.6, "squad2-bt-unanswerable-inferred": 0.65, "squad1-pa4": 1.5, "squadshifts-wiki": 1.5,
    "tydiqa-en": 1.5, "qamr": 0.6, "covid-qa": 1.0, "quoref-ni": 1.0, "tatqa": 1.5, "squadshifts-reddit": 0.25,
    "squadshifts-amazon": 0.2, "fairytaleqa": 0.3, "boolq": 0.35, "selqa": 0.7,
}
ORIGINAL, NEGATIVE, SWAP, PREFIX, SECTION = 0.3, 0.3, 0.15, 0.4, 0.5
LONGEST = 256
NO_TARGET = -100


class Example:
    __slots__ = ("ids", "passage", "first", "start", "end", "answerable", "relevant", "group")

    def __init__(self, question, prefix, passage, span, answerable, relevant, group):
        """span: (first, last) token in the passage, None for no answer, NO_TARGET for not known."""
        question = question[:64]
        head = [CLS, *question.tolist(), SEP]
        self.passage = len(head)  # where segment B begins
        self.first = self.passage + len(prefix)  # where the passage itself begins
        room = LONGEST - 1 - self.first
        self.ids = head + prefix.tolist() + passage[:room].tolist() + [SEP]
        if span is NO_TARGET:
            self.start = self.end = NO_TARGET
        elif span is None:
            self.start = self.end = 0
        else:
            self.start, self.end = self.first + span[0], self.first + span[1]
            if span[1] >= room:
                self.start = self.end = NO_TARGET
        self.answerable, self.relevant, self.group = answerable, relevant, group


EMPTY = np.zeros(0, np.int32)


class Stream:
    """An endless, seeded stream of groups of examples: a question with its passage, and sometimes negatives."""

    def __init__(self, data, seed, share=SHARE):
        self.contexts, self.prefixes = data["contexts"], data["prefixes"]
        self.items, self.pairs = data["items"], data["pairs"]
        self.share, self.rng, self.groups = share, random.Random(seed), 0

    def width(self):
        r = self.rng.random()
        if r < 0.45:
            return self.rng.randint(100, 150)
        return self.rng.randint(150, 200) if r < 0.8 else self.rng.randint(50, 100)

    def window(self, context, span=None):
        """(start, end) of a run of about width() tokens that begins at a sentence and holds the span."""
        ids, sentences = self.contexts[context]
        size, width = len(ids), self.width()
        if span is not None:
            width = max(width, span[1] - span[0] + 10)
        if size <= width * 1.1:
            return 0, min(size, 230)
        if span is None:
            fits = sentences[sentences <= size - width // 2]
            start = int(self.rng.choice(fits)) if len(fits) else 0
            last = start
        else:
            fits = sentences[(sentences <= span[0]) & (sentences > span[1] - width + 2)]
            start = int(self.rng.choice(fits)) if len(fits) else self.rng.randint(max(0, span[1] - width + 2), span[0])
            last = span[1]
        end = min(size, start + width)
        ends = sentences[(sentences > last + 1) & (sentences <= end) & (sentences > start + width // 2)]
        if end < size and len(ends) and self.rng.random() < 0.8:
            end = int(ends[-1])
        return start, end

    def prefix(self, context):
        known = self.prefixes[context]
        if known is None or self.rng.random() > PREFIX:
            return EMPTY
        title, section = known
        return np.concatenate([title, section]) if section is not None and self.rng.random() < SECTION else title

    def other_window(self, item, span):
        """A window of the same passage without the answer, or None."""
        ids, sentences = self.contexts[item["context"]]
        inside = np.searchsorted(sentences, span[0], "right") - 1
        begin = int(sentences[inside])
        finish = int(sentences[np.searchsorted(sentences, span[1], "right")]) if span[1] < sentences[-1] else len(ids)
        sides = [s for s in ((0, begin), (finish, len(ids))) if s[1] - s[0] >= 40]
        if not sides:
            return None
        a, b = self.rng.choice(sides)
        part = ids[a:b]
        needle = ids[span[0]:span[1] + 1].tobytes()
        return None if needle in part.tobytes() else part[:200]

    def group(self, item):
        self.groups += 1
        rng, g = self.rng, self.groups
        context, spans = item["context"], item["spans"]
        ids = self.contexts[context][0]
        question = item["question"]
        if not spans:
            a, b = self.window(context)
            return [Example(question, self.prefix(context), ids[a:b], None, 0, NO_TARGET, g)]
        if item["original"] is not None and rng.random() < ORIGINAL:
            question = item["original"]
        span = spans[0]
        a, b = self.window(context, span)
        found = [Example(question, self.prefix(context), ids[a:b], (span[0] - a, span[1] - a), 1, 1, g)]
        if rng.random() < NEGATIVE:
            part = self.other_window(item, span) if rng.random() < 0.45 else None
            if part is not None:
                found.append(Example(question, self.prefix(context), part, None, 0, 0, g))
            elif item["negatives"]:
                other = rng.choice(item["negatives"])
                a, b = self.window(other)
                found.append(Example(question, self.prefix(other), self.contexts[other][0][a:b], None, 0, 0, g))
        if item["swap"] is not None and rng.random() < SWAP:
            a, b = self.window(context, span)
            found.append(Example(item["swap"], self.prefix(context), ids[a:b], None, 0, NO_TARGET, g))
        return found

    def pair_group(self, item):
        self.groups += 1
        rng = self.rng
        good = [t for t, label in item["texts"] if label]
        bad = [t for t, label in item["texts"] if not label]
        count = 1 if item["set"] == "boolq" else 3
        # BoolQ asks yes or no: its passage is relevant, but holds no span.
        holds = NO_TARGET if item["set"] == "boolq" else 1
        found = [Example(item["question"], EMPTY, rng.choice(good)[:200], NO_TARGET, holds, 1, self.groups)]
        for text in rng.sample(bad, min(count, len(bad))):
            found.append(Example(item["question"], EMPTY, text[:200], None, 0, 0, self.groups))
        return found

    def passes(self):
        while True:
            chosen = []
            for item in self.items:
                share = self.share.get(item["set"], 0)
                chosen += [item] * (int(share) + (self.rng.random() < share % 1))
            chosen += [p for p in self.pairs if self.rng.random() < self.share.get(p["set"], 0)]
            self.rng.shuffle(chosen)
            for item in chosen:
                yield self.pair_group(item) if "texts" in item else self.group(item)

    def batches(self, tokens, pool=600):
        """Batches of at most `tokens` padded tokens; examples of like length together, groups kept whole."""
        groups = self.passes()
        while True:
            block = [next(groups) for _ in range(pool)]
            block.sort(key=lambda g: max(len(e.ids) for e in g) + self.rng.random() * 8)
            batches, batch, longest = [], [], 0
            for group in block:
                size = max(longest, max(len(e.ids) for e in group))
                if batch and size * (len(batch) + len(group)) > tokens:
                    batches.append(batch)
                    batch, size = [], max(len(e.ids) for e in group)
                batch, longest = batch + group, size
            batches.append(batch)
            self.rng.shuffle(batches)
            yield from batches


def collate(batch):
    longest = max(len(e.ids) for e in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    types, valid = torch.zeros_like(ids), torch.zeros_like(ids)
    spannable = torch.zeros_like(ids)
    for row, e in enumerate(batch):
        size = len(e.ids)
        ids[row, :size] = torch.tensor(e.ids)
        types[row, e.passage:size] = 1
        valid[row, :size] = 1
        spannable[row, e.first:size - 1] = 1
    spannable[:, 0] = 1  # [CLS] stands for "no answer here"
    return ids, types, valid, spannable
