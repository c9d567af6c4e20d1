"""Metrics of scikit-learn and torch on fixed scores.

    python test/oracle/train/metrics.py > test/fixtures/train/metrics.json
"""
import json
import math

import numpy
import torch
from sklearn import metrics

torch.manual_seed(0)
scores = torch.randn(3, 20, 5)
targets = torch.randint(0, 5, (3, 20))
targets[0, :10] = scores[0, :10].argmax(1)
flat, predicted = targets.flatten().numpy(), scores.argmax(2).flatten().numpy()
ignoring = targets.clone()
ignoring[1, ::3] = -100
print(json.dumps({
    "scores": scores.tolist(), "targets": targets.tolist(), "ignoring": ignoring.tolist(),
    "accuracy": metrics.accuracy_score(flat, predicted),
    "confusion": metrics.confusion_matrix(flat, predicted).tolist(),
    "recall": metrics.recall_score(flat, predicted, average=None).tolist(),
    "precision": metrics.precision_score(flat, predicted, average=None).tolist(),
    "balanced": metrics.balanced_accuracy_score(flat, predicted),
    "perplexity": math.exp(torch.nn.functional.cross_entropy(scores.flatten(0, 1).double(), ignoring.flatten())),
}, separators=(",", ":")))
