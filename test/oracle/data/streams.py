"""In which order PyTorch gives the batches of an IterableDataset of which every worker reads a part.

    python test/oracle/data/streams.py > test/fixtures/data/streams.json
"""
import json
import warnings

import torch
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

SIZES = [5, 9, 2]


class Parts(IterableDataset):
    def __iter__(self):
        worker = get_worker_info()
        return iter([float(100 * worker.id + i) for i in range(SIZES[worker.id])])


def batches(**options):
    loader = DataLoader(Parts(), num_workers=len(SIZES), **options)
    return [b.tolist() if isinstance(b, torch.Tensor) else b for b in loader]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    found = {"batches": batches(batch_size=2), "whole": batches(batch_size=2, drop_last=True), "samples": batches(batch_size=None)}
    print(json.dumps(found))
