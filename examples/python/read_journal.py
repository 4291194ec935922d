"""Reads a millrace journal and prints its events as JSON lines.

    python3 examples/python/read_journal.py FOLDER_OR_SEGMENT

Written from docs/journal-format.md alone; it needs python3-msgpack and nothing else. The text of a torn tail, or of a
block that is being written, goes to stderr; a damaged journal ends it with exit code 2.
"""

import json
import os
import struct
import sys
import zlib

import msgpack


class Damaged(Exception):
    """A segment or a block is not what it says it is."""


class TornTail(Exception):
    """The last record is not whole."""


def aligned(count):
    return (count + 7) // 8 * 8


def extension(code, data):
    if code == 2:
        return data.decode("utf-16-le", "surrogatepass")
    raise Damaged(f"extension type {code}")


def unpacker(data):
    made = msgpack.Unpacker(raw=False, ext_hook=extension, strict_map_key=True, max_buffer_size=max(1, len(data)))
    made.feed(data)
    return made


def column(code, block, at, count):
    return struct.unpack_from(f"<{count}{code}", block, at)


class Texts:
    """Texts one after the other; each ends where its number says."""

    def __init__(self, block, at, characters, width, ends):
        data = block[at : at + characters * width]
        self.data, self.width, self.ends, self.start = data, width, ends, 0

    def take(self, index):
        end = self.ends[index]
        data = self.data[self.start * self.width : end * self.width]
        self.start = end
        return data.decode("latin-1") if self.width == 1 else data.decode("utf-16-le", "surrogatepass")


def quotes(block, at, count, names):
    fields = [column("d", block, at + 8 * count * place, count) for place in range(6)]
    instruments = column("I", block, at + 48 * count, count)
    events = [
        {
            "kind": "quote",
            "instrument": names[instruments[i]],
            "venueTime": fields[0][i],
            "bidPrice": fields[1][i],
            "bidQuantity": fields[2][i],
            "askPrice": fields[3][i],
            "askQuantity": fields[4][i],
            "updateId": fields[5][i],
        }
        for i in range(count)
    ]
    return events, at + aligned(52 * count)


def trades(block, at, count, names):
    if count == 0:
        return [], at
    characters, width = struct.unpack_from("<II", block, at)
    fields = [column("d", block, at + 8 + 8 * count * place, count) for place in range(3)]
    instruments = column("I", block, at + 8 + 24 * count, count)
    ends = column("I", block, at + 8 + 28 * count, count)
    aggressors = block[at + 8 + 32 * count : at + 8 + 33 * count]
    texts = Texts(block, at + 8 + 33 * count, characters, width, ends)
    events = [
        {
            "kind": "trade",
            "instrument": names[instruments[i]],
            "venueTime": fields[0][i],
            "price": fields[1][i],
            "quantity": fields[2][i],
            "aggressor": ("none", "buy", "sell")[aggressors[i]],
            "tradeId": texts.take(i),
        }
        for i in range(count)
    ]
    return events, at + aligned(8 + 33 * count + characters * width)


def books(block, at, count, names):
    if count == 0:
        return [], at
    (numbers,) = struct.unpack_from("<I", block, at)
    fields = [column("d", block, at + 8 + 8 * count * place, count) for place in range(4)]
    levels = column("d", block, at + 8 + 32 * count, numbers)
    words = at + 8 + 32 * count + 8 * numbers
    instruments = column("I", block, words, count)
    bids = column("I", block, words + 4 * count, count)
    asks = column("I", block, words + 8 * count, count)
    actions = block[words + 12 * count : words + 13 * count]
    events, level = [], 0
    for i in range(count):
        events.append(
            {
                "kind": "book",
                "instrument": names[instruments[i]],
                "venueTime": fields[0][i],
                "action": ("snapshot", "delta")[actions[i]],
                "first": fields[1][i],
                "last": fields[2][i],
                "previous": fields[3][i],
                "bids": list(levels[level : level + bids[i]]),
                "asks": list(levels[level + bids[i] : level + bids[i] + asks[i]]),
            }
        )
        level += bids[i] + asks[i]
    return events, at + aligned(8 + 45 * count + 8 * numbers)


def book_orders(block, at, count, names):
    if count == 0:
        return [], at
    characters, width = struct.unpack_from("<II", block, at)
    fields = [column("d", block, at + 8 + 8 * count * place, count) for place in range(3)]
    instruments = column("I", block, at + 8 + 24 * count, count)
    ends = column("I", block, at + 8 + 28 * count, count)
    codes = block[at + 8 + 32 * count : at + 8 + 33 * count]
    texts = Texts(block, at + 8 + 33 * count, characters, width, ends)
    events = [
        {
            "kind": "bookOrder",
            "instrument": names[instruments[i]],
            "venueTime": fields[0][i],
            "action": ("add", "cancel", "modify", "clear", "trade", "fill")[codes[i] & 7],
            "orderId": texts.take(i),
            "side": ("none", "bid", "ask")[codes[i] >> 3 & 3],
            "price": fields[1][i],
            "quantity": fields[2][i],
            "snapshot": codes[i] & 32 != 0,
            "last": codes[i] & 64 != 0,
        }
        for i in range(count)
    ]
    return events, at + aligned(8 + 33 * count + characters * width)


def read_block(block):
    """The events of a block as (seq, ts, event)."""
    if len(block) < 56 or block[:4] != b"MRLB":
        raise Damaged("not a block")
    version, _schema, length, checksum = struct.unpack_from("<HHII", block, 4)
    if version != 1 or length != len(block):
        raise Damaged(f"layout {version}, {length} bytes told, {len(block)} there")
    if zlib.crc32(block[16:], zlib.crc32(block[:12])) != checksum:
        raise Damaged("the checksum of a block is wrong")
    first, count, name_bytes, *columns = struct.unpack_from("<QIIIIII", block, 16)
    times = column("d", block, 56, count)
    tags = block[56 + 8 * count : 56 + 9 * count]
    at = 56 + 8 * count + aligned(count)
    names = list(unpacker(block[at : at + name_bytes]))
    at += aligned(name_bytes)
    by_tag = {}
    for tag, (read, how_many) in enumerate(zip((quotes, trades, books, book_orders), columns), 1):
        events, at = read(block, at, how_many, names)
        by_tag[tag] = iter(events)
    by_tag[0] = iter(unpacker(block[at:]))
    for index in range(count):
        yield first + index, times[index], next(by_tag[tags[index]])


def read_segment(path):
    """The blocks of a segment."""
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < 32 or data[:4] != b"MRLJ":
        raise TornTail("the head of the segment is not whole")
    version, _schema, _first, _flags, meta, checksum = struct.unpack_from("<HHQIII", data, 4)
    if version != 1:
        raise Damaged(f"layout {version}")
    if zlib.crc32(data[32 : 32 + meta], zlib.crc32(data[:24])) != checksum:
        raise TornTail("the head of the segment is not whole")
    at = 32 + aligned(meta)
    while at < len(data):
        head = data[at : at + 16]
        if len(head) < 16 or zlib.crc32(head[8:], zlib.crc32(head[:4])) != struct.unpack_from("<I", head, 4)[0]:
            raise TornTail(f"byte {at}: the head of a record is not whole")
        (length,) = struct.unpack_from("<I", head)
        block = data[at + 16 : at + 16 + length]
        if len(block) < length:
            raise TornTail(f"byte {at}: the last record is cut off")
        try:
            events = list(read_block(block))
        except Damaged as error:
            raise TornTail(f"byte {at}: {error}") from error
        yield from events
        at += 16 + aligned(length)


def main(path):
    segments = [path]
    if os.path.isdir(path):
        segments = sorted(os.path.join(path, name) for name in os.listdir(path) if name.endswith(".mrj"))
    for index, segment in enumerate(segments):
        try:
            for seq, ts, event in read_segment(segment):
                print(json.dumps({"seq": seq, "ts": ts, "event": event}))
        except TornTail as error:
            print(f"{segment}: {error}", file=sys.stderr)
            if index + 1 < len(segments):
                return 2
        except Damaged as error:
            print(f"{segment}: {error}", file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(sys.argv[1]))
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
