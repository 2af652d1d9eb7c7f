"""The path of a Python user, for comparison: numpy reads the bottles, fastavro encodes, confluent-kafka publishes.

Usage: peer.py ARCHIVE BOOTSTRAP_SERVERS TOPIC SCHEMA

ARCHIVE is a 20 Hz archive of one station. Prints the rows and the seconds that they took, from the file to the
acknowledgement by all replicas.
"""

import datetime
import io
import json
import re
import sys
import tarfile
import time

import fastavro
import numpy
from confluent_kafka import Producer

HEADER = numpy.dtype(
    [
        ("magic", "<i2"),
        ("unused", "<i2"),
        ("header_size", "<i4"),
        ("start", "<f8"),
        ("interval", "<f4"),
        ("num_pts", "<i4"),
        ("data_type", "<i4"),
        ("fill_value", "<i4"),
        ("lock", "<i4"),
        ("id", "<i4"),
    ]
)
TYPES = ("<i2", "<i4", "<f4")
BOTTLE = re.compile(r"(?P<site>\w{4})(?P<time>\d+)CH(?P<channel>\d)_20$")
KEY = b"\0\0\0\0\1\x08"
VALUE = b"\0\0\0\0\2"


def bottles(data):
    """Name and content of the bottles of an archive, in archives at any depth."""
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            content = archive.extractfile(member).read()
            if BOTTLE.search(member.name):
                yield member.name, content
            else:
                yield from bottles(content)


def rows(path):
    """Rows of an archive, in time order."""
    minutes = {}
    with open(path, "rb") as file:
        for name, content in bottles(file.read()):
            match = BOTTLE.search(name)
            minutes.setdefault((match["site"], match["time"]), {})[int(match["channel"])] = content
    for (site, _), channels in sorted(minutes.items()):
        columns = {}
        for channel, content in channels.items():
            header = numpy.frombuffer(content, HEADER, 1)[0]
            samples = numpy.frombuffer(content, TYPES[header["data_type"]], offset=HEADER.itemsize)
            start = round(float(header["start"]) * 1000)
            interval = round(float(header["interval"]) * 1000)
            for index in numpy.flatnonzero(samples != header["fill_value"]):
                instant = start + int(index) * interval
                columns.setdefault(instant, {})[f"bs{channel + 1}_t0"] = int(samples[index])
        for instant in sorted(columns):
            moment = datetime.datetime.fromtimestamp(instant / 1000, datetime.timezone.utc)
            text = moment.strftime("%Y-%m-%d %H:%M:%S")
            if instant % 1000:
                text += f".{instant % 1000:03d}"
            yield {"site": site, "time": moment, "timestamp": text, **columns[instant]}


def main(path, servers, topic, schema_file):
    with open(schema_file) as file:
        schema = fastavro.parse_schema(json.load(file))
    started = time.perf_counter()
    producer = Producer(
        {
            "bootstrap.servers": servers,
            "enable.idempotence": True,
            "compression.type": "gzip",
            "compression.level": 1,
            "queue.buffering.max.messages": 1_000_000,
            "linger.ms": 5,
        }
    )
    count = 0
    for row in rows(path):
        value = io.BytesIO()
        value.write(VALUE)
        fastavro.schemaless_writer(value, schema, row)
        producer.produce(topic, value.getvalue(), KEY + row["site"].encode())
        count += 1
        if count % 1000 == 0:
            producer.poll(0)
    left = producer.flush(60)
    if left:
        sys.exit(f"{left} rows were not acknowledged within 60 s")
    print(count, time.perf_counter() - started)


main(*sys.argv[1:])
