"""Goes on with real torch from what our optimizers and schedulers wrote in the middle of a run.

    python test/oracle/optim/go_on.py FOLDER

FOLDER/list.json: {"runs": [{"name", "options", "groups", "middle", "file", "to", "back"}...], "schedules": [{"case", "file"}...]}.
Every run is taken from `file` at `middle` to the step `to`, saved as `back`, and taken to the end. FOLDER/result.json then holds
the losses and parameters of the runs, and the rates of the schedules.
"""
import json
import pathlib
import sys
import warnings

import torch

import curves

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
listed = json.loads((folder / "list.json").read_text())
safely = {"weights_only": True} if int(torch.__version__[0]) >= 2 else {}


def run(item):
    training = curves.Training(item["name"], item["options"], getattr(torch, item["dtype"]), item["groups"])
    saved = torch.load(folder / item["file"], **safely)
    with torch.no_grad():
        for p, q in zip(training.params, saved["params"]):
            p.copy_(q)
    training.optimizer.load_state_dict(saved["optimizer"])
    losses = training.run(item["middle"], item["to"])
    state = {"params": [p.detach() for p in training.params], "optimizer": training.optimizer.state_dict()}
    torch.save(state, folder / item["back"])
    losses += training.run(item["to"], curves.STEPS)
    return {"losses": losses, "params": training.values()}


def schedule(item):
    import schedules

    optimizer, scheduler = schedules.start(schedules.CASES[item["case"]])
    saved = torch.load(folder / item["file"], **safely)
    optimizer.load_state_dict(saved["optimizer"])
    scheduler.load_state_dict(saved["scheduler"])
    return schedules.run(optimizer, scheduler, 60, schedules.STEPS)


result = {"runs": [run(i) for i in listed["runs"]], "schedules": [schedule(i) for i in listed["schedules"]]}
(folder / "result.json").write_text(json.dumps(result))
