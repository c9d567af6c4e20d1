"""Event files by TensorBoard's own writer and messages, and what TensorBoard reads in ours.

    python test/oracle/train/events.py > test/fixtures/train/events.json     # with the packages tensorboard and setuptools
    python test/oracle/train/events.py FOLDER                                # the scalars of a folder of event files, as JSON
"""
import base64
import io
import json
import sys

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

EVENTS = [
    {"wallTime": 1700000000.25, "fileVersion": "brain.Event:2"},
    {"wallTime": 1700000001.5, "step": 0, "scalars": {"train/loss": 2.5}},
    {"wallTime": 1700000002.0, "step": 127, "scalars": {"train/loss": 0.1, "train/lr": 1e-3, "Genauigkeit/ä": 0.98}},
    {"wallTime": 1700000003.0, "step": 300, "restart": True},
    {"wallTime": 1700000004.0, "step": 2**33 + 5, "scalars": {"x" * 150: -1e30, "zero": 0.0}},
]


def message(e):
    event = event_pb2.Event(wall_time=e["wallTime"])
    if "step" in e:
        event.step = e["step"]
    if "fileVersion" in e:
        event.file_version = e["fileVersion"]
    if "scalars" in e:
        values = [summary_pb2.Summary.Value(tag=tag, simple_value=v) for tag, v in e["scalars"].items()]
        event.summary.CopyFrom(summary_pb2.Summary(value=values))
    if "restart" in e:
        event.session_log.status = event_pb2.SessionLog.START
    return event


def main():
    if len(sys.argv) > 1:
        from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

        found = EventAccumulator(sys.argv[1])
        found.Reload()
        print(json.dumps({tag: [[s.step, s.value] for s in found.Scalars(tag)] for tag in found.Tags()["scalars"]}))
        return
    records = []
    for e in EVENTS:
        file = io.BytesIO()
        RecordWriter(file).write(message(e).SerializeToString(deterministic=True))
        records.append({"event": e, "record": base64.b64encode(file.getvalue()).decode()})
    print("[\n" + ",\n".join(json.dumps(r) for r in records) + "\n]")


if __name__ == "__main__":
    main()
