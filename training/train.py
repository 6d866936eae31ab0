"""Trains the reader. The learning rate follows the clock, not the step count: it reaches zero when --minutes
are over, however often the process was stopped (SIGSTOP) in between."""
import argparse
import json
import math
import multiprocessing
import os
import pickle
import time
from pathlib import Path

import torch
import torch.nn.functional as F

from evaluate import quick
from examples import NO_TARGET, Stream, collate
from model import MASKED, Reader, read_safetensors
from records import SHARED
from wordpiece import WordPiece


def losses(model, batch, dropout):
    ids, types, valid, spannable = collate(batch)
    with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):
        start, end, answerable, relevance = model(ids, types, valid, dropout)
    blocked = (1 - spannable.float()) * MASKED
    starts, ends = torch.tensor([e.start for e in batch]), torch.tensor([e.end for e in batch])
    span = (F.cross_entropy(start + blocked, starts, ignore_index=NO_TARGET, reduction="sum")
            + F.cross_entropy(end + blocked, ends, ignore_index=NO_TARGET, reduction="sum")) / 2
    span = span / max(1, sum(e.start != NO_TARGET for e in batch))

    def binary(logits, labels):
        known = [i for i, label in enumerate(labels) if label != NO_TARGET]
        if not known:
            return logits.sum() * 0
        return F.binary_cross_entropy_with_logits(logits[known], torch.tensor([float(labels[i]) for i in known]))

    groups = {}
    for i, e in enumerate(batch):
        groups.setdefault(e.group, []).append(i)
    ranked = []
    for rows in groups.values():
        rows = [i for i in rows if batch[i].relevant != NO_TARGET]
        good = [k for k, i in enumerate(rows) if batch[i].relevant == 1]
        if len(rows) > 1 and good:
            ranked.append(F.cross_entropy(relevance[rows][None], torch.tensor(good[:1])))
    ranking = torch.stack(ranked).mean() if ranked else span * 0
    return {"span": span, "answerable": binary(answerable, [e.answerable for e in batch]),
            "relevance": binary(relevance, [e.relevant for e in batch]), "ranking": ranking}


WEIGHT = {"span": 1.0, "answerable": 0.5, "relevance": 0.3, "ranking": 0.3}


class Shared:
    """All trained numbers in one flat buffer in shared memory with Adam's state, updated in place by several processes.

    Each process computes gradients alone on one core and applies them under a lock: with two of them a gradient is
    about one update old, and a core that is busy with something else slows one of them only, not both. (Threads
    would do, but oneDNN's bfloat16 products crash when called from two Python threads.)
    """

    CHUNK = 1 << 18  # stays in the cache

    def __init__(self, model, args):
        heads = ("span", "answerable", "relevance")
        named = list(model.named_parameters())
        matrices = [n for n, p in named if p.ndim > 1 and not n.startswith(heads)]
        vectors = [n for n, p in named if p.ndim == 1 and not n.startswith(heads)]
        top = [n for n, _ in named if n.startswith(heads)]
        self.shape = {n: p.shape for n, p in named}
        self.place, self.ranges, at = {}, [], 0
        for names, rate, decay in ((matrices, args.rate, args.decay), (vectors, args.rate, 0.0), (top, args.head_rate, 0.0)):
            begin = at
            for n in names:
                self.place[n] = (at, at + self.shape[n].numel())
                at = self.place[n][1]
            self.ranges += [(a, min(at, a + self.CHUNK), rate, decay) for a in range(begin, at, self.CHUNK)]
        self.value, self.first, self.second = (torch.zeros(at).share_memory_() for _ in range(3))
        for n, p in named:
            a, b = self.place[n]
            self.value[a:b] = p.data.reshape(-1)
        self.lock = multiprocessing.Lock()
        self.counters = torch.zeros(2, dtype=torch.long).share_memory_()

    @property
    def step(self):
        return int(self.counters[0])

    @property
    def seen(self):
        return int(self.counters[1])

    def attach(self, model):
        """Lets the model read its parameters from here; -> the flat gradient buffer its backward pass fills."""
        gradient = torch.zeros_like(self.value)
        for n, p in model.named_parameters():
            a, b = self.place[n]
            p.data = self.value[a:b].view(self.shape[n])
            p.grad = gradient[a:b].view(self.shape[n])
        return gradient

    def update(self, gradient, factor, examples, betas=(0.9, 0.98), eps=1e-6):
        norm = float(gradient.norm())
        if not math.isfinite(norm):
            return norm
        gradient *= min(1.0, 1.0 / (norm + 1e-6))
        with self.lock:
            self.counters += torch.tensor([1, examples])
            step = self.step
            correct1, correct2 = 1 - betas[0] ** step, 1 - betas[1] ** step
            for a, b, rate, decay in self.ranges:
                g, m, v, w = gradient[a:b], self.first[a:b], self.second[a:b], self.value[a:b]
                m.mul_(betas[0]).add_(g, alpha=1 - betas[0])
                v.mul_(betas[1]).addcmul_(g, g, value=1 - betas[1])
                if decay:
                    w.mul_(1 - rate * factor * decay)
                w.addcdiv_(m, (v / correct2).sqrt_().add_(eps), value=-rate * factor / correct1)
        return norm


class Training:
    def __init__(self, args):
        self.args = args
        self.out = Path(args.out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.base = read_safetensors(f"{args.base}/model.fp16.safetensors")
        self.piece = WordPiece(f"{args.base}/tokenizer.json")
        torch.manual_seed(args.seed)
        model = Reader(self.base)
        self.shared = Shared(model, args)
        self.begun, self.finish = time.time(), time.time() + 60 * args.minutes
        if args.resume:
            state = torch.load(args.resume, map_location="cpu")
            self.shared.value.copy_(state["value"])
            self.shared.first.copy_(state["first"])
            self.shared.second.copy_(state["second"])
            self.shared.counters.copy_(torch.tensor([state["step"], state["seen"]]))
            if not args.restart_clock:
                self.begun, self.finish = state["begun"], state["finish"]
        with open(args.prepared, "rb") as file:
            self.data = pickle.load(file)
        self.log_file = open(self.out / "log.jsonl", "a", encoding="utf-8", buffering=1)
        self.mean, self.recent, self.helpers = {}, [], []

    def log(self, **values):
        self.log_file.write(json.dumps(values) + "\n")

    def save(self, name):
        s = self.shared
        with s.lock:
            model = Reader(self.base)
            s.attach(model)
            state = {"model": {n: p.detach().clone() for n, p in model.named_parameters()}, "value": s.value, "first": s.first,
                     "second": s.second, "step": s.step, "seen": s.seen, "begun": self.begun, "finish": self.finish,
                     "arguments": vars(self.args)}
            torch.save(state, self.out / (name + ".tmp"))
        os.replace(self.out / (name + ".tmp"), self.out / name)

    def look(self):
        model = Reader(self.base)
        self.shared.attach(model)
        model.load_state_dict({k: v.clone() for k, v in model.state_dict().items()})
        for n, p in model.named_parameters():
            p.data = p.data.clone()
        with torch.autocast("cpu", torch.bfloat16, cache_enabled=False):
            found = quick(model.eval(), self.piece, self.args.shared, self.args.sample)
        self.log(step=self.shared.step, seen=self.shared.seen, **found)

    def learn(self, number):
        torch.set_num_threads(1)
        torch.set_flush_denormal(True)
        args, shared = self.args, self.shared
        model = Reader(self.base).train()
        gradient = shared.attach(model)
        # A resumed run draws other examples than those it has already seen.
        stream = Stream(self.data, args.seed + 1000 * number + shared.step)
        for batch in stream.batches(args.tokens):
            now = time.time()
            done = (now - self.begun) / (self.finish - self.begun)
            if done >= 1:
                return
            factor = min(1.0, done / args.warmup, (1 - done) / (1 - args.warmup))
            # A stop early on must not let the rate jump to its peak at once.
            factor = max(1e-4, min(factor, (shared.step + 1) / 150))
            parts = losses(model, batch, args.dropout)
            gradient.zero_()
            sum(WEIGHT[k] * v for k, v in parts.items()).backward()
            norm = shared.update(gradient, factor, len(batch))
            for k, v in parts.items():
                self.mean[k] = 0.99 * self.mean.get(k, v.item()) + 0.01 * v.item()
            if number:
                continue
            self.recent = self.recent[-60:] + [(time.time(), shared.seen)]
            step = shared.step
            if step // 50 > self.logged:
                self.logged = step // 50
                speed = (self.recent[-1][1] - self.recent[0][1]) / max(1e-6, self.recent[-1][0] - self.recent[0][0])
                self.log(step=step, seen=shared.seen, done=round(done, 3), rate=round(args.rate * factor, 7), norm=round(norm, 2),
                         helpers=sum(h.is_alive() for h in self.helpers),
                         examples_per_s=round(speed, 1), **{k: round(v, 3) for k, v in self.mean.items()})
            if step // args.every > self.saved:
                self.saved = step // args.every
                self.save(f"step-{self.saved * args.every}.pt")
            if step // args.look > self.looked:
                self.looked = step // args.look
                self.look()

    def run(self):
        step = self.shared.step
        self.logged, self.saved, self.looked = step // 50, step // self.args.every, step // self.args.look
        fork = multiprocessing.get_context("fork")
        self.helpers = [fork.Process(target=self.learn, args=(n,), daemon=True) for n in range(1, self.args.workers)]
        for h in self.helpers:
            h.start()
        # All of them on one line: kill -STOP $(cat train.pid) and kill -CONT $(cat train.pid) pause and resume.
        (self.out / "train.pid").write_text(" ".join(map(str, [os.getpid(), *(h.pid for h in self.helpers)])) + "\n")
        self.learn(0)
        for h in self.helpers:
            h.join()
        self.save("last.pt")
        self.look()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prepared", required=True, help="written by prepare.py")
    parser.add_argument("--base", required=True, help="folder with model.fp16.safetensors and tokenizer.json")
    parser.add_argument("--shared", default=str(SHARED), help="folder of the data sets")
    parser.add_argument("--out", required=True, help="folder for checkpoints and the log")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--workers", type=int, default=2, help="processes, one core each")
    parser.add_argument("--rate", type=float, default=2.2e-4)
    parser.add_argument("--head-rate", type=float, default=1e-3)
    parser.add_argument("--tokens", type=int, default=2048, help="padded tokens a batch")
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--decay", type=float, default=0.01)
    parser.add_argument("--warmup", type=float, default=0.04, help="share of the time")
    parser.add_argument("--every", type=int, default=750, help="steps between checkpoints")
    parser.add_argument("--look", type=int, default=1500, help="steps between looks at the development samples")
    parser.add_argument("--sample", type=int, default=250, help="records of each sample looked at")
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--resume", help="checkpoint to continue from, with its own clock unless --restart-clock")
    parser.add_argument("--restart-clock", action="store_true")
    torch.set_num_threads(1)
    Training(parser.parse_args()).run()


if __name__ == "__main__":
    main()
