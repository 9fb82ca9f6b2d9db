#!/usr/bin/env python3
"""Draws the ground of the demonstration's map: two districts of a town that there is not, as GeoJSON.

Everything is made here, from numbers; nothing is copied from any map. Run it after a change and check in what it writes:
    python3 scripts/demo_ground.py crates/server/src/demo/ground
"""

import json
import math
import random
import sys
from pathlib import Path

# The middle of the town, WGS-84, and how far its streets are turned from north.
LONGITUDE, LATITUDE = 113.3245, 23.1064
TURN = math.radians(7)
DEGREE_M = 111_320


def place(east, north):
    """Metres of the town's own grid to degrees."""
    x = east * math.cos(TURN) + north * math.sin(TURN)
    y = north * math.cos(TURN) - east * math.sin(TURN)
    return [
        round(LONGITUDE + x / (DEGREE_M * math.cos(math.radians(LATITUDE))), 6),
        round(LATITUDE + y / DEGREE_M, 6),
    ]


def feature(kind, type_, coordinates, zh="", en="", **more):
    names = {"name": zh, "name_en": en} if zh else {}
    return {
        "type": "Feature",
        "properties": {"kind": kind, **more, **names},
        "geometry": {"type": type_, "coordinates": coordinates},
    }


def line(kind, points, *names, **more):
    return feature(kind, "LineString", [place(*point) for point in points], *names, **more)


def area(kind, points, *names, **more):
    return feature(kind, "Polygon", [[place(*point) for point in points + points[:1]]], *names, **more)


def box(kind, west, south, east, north, *names):
    return area(kind, [(west, south), (east, south), (east, north), (west, north)], *names)


def label(at, zh, en):
    return feature("label", "Point", place(*at), zh, en)


def bank(offset):
    """One bank of the river, which winds."""
    return [(east, -560 + offset + 45 * math.sin(east / 420) + 18 * math.sin(east / 170)) for east in range(-1500, 1501, 60)]


# Streets of the grid: where they run, how wide, what they are called.
ACROSS = [
    (-430, "main", "滨江路", "Binjiang Road"),
    (-250, "street", "码头后街", "Pier Back Street"),
    (-60, "street", "广场南路", "Square South Road"),
    (150, "street", "广场北路", "Square North Road"),
    (330, "street", "校前路", "Xiaoqian Road"),
    (520, "main", "城北大道", "Chengbei Avenue"),
    (720, "street", "纺织路", "Fangzhi Road"),
    (900, "street", "柳巷", "Willow Lane"),
]
ALONG = [
    (-1150, "street", "西堤街", "West Dyke Street"),
    (-860, "street", "西街", "West Street"),
    (-560, "main", "桥南大街", "Qiaonan Street"),
    (-290, "street", "邮电街", "Post Street"),
    (-120, "street", "钟楼街", "Bell Tower Street"),
    (170, "street", "东街", "East Street"),
    (430, "street", "仓前街", "Granary Street"),
    (760, "main", "东环路", "East Ring Road"),
    (1120, "street", "园艺街", "Garden Street"),
]
# Blocks without houses: west, south, east, north.
OPEN = [(-120, -60, 170, 150), (430, -60, 760, 150), (-560, 520, -290, 720)]


def ground():
    river = bank(60) + bank(-110)[::-1]
    yield area("water", river, "澜江", "Lan River")
    yield area("water", [(600 + 80 * math.cos(a / 12 * math.pi), 46 + 44 * math.sin(a / 12 * math.pi)) for a in range(24)], "莲湖", "Lotus Lake")
    yield area("green", [(e, n - 14) for e, n in bank(78)] + [(e, n + 12) for e, n in bank(84)][::-1], "江边步道", "Riverside walk")
    yield box("green", 442, -48, 748, 138, "莲湖公园", "Lotus Lake Park")
    yield box("green", -548, 532, -302, 708, "北园", "North Garden")
    yield box("green", -100, 80, 150, 138)
    yield line("border", [(-1500, 610), (-560, 610), (-560, 620), (1500, 620)], "区界", "District border")
    yield label((-250, -330), "滨江区", "Binjiang District")
    yield label((-200, 800), "城北区", "Chengbei District")
    yield label((25, 45), "中心广场", "Central Square")
    yield label((330, 250), "第二小学", "No. 2 Primary School")
    yield label((-60, -480), "3 号码头", "Pier 3")
    yield label((-720, 640), "城北医院", "Chengbei Hospital")


def streets():
    for north, class_, zh, en in ACROSS:
        points = [(east, north + (10 * math.sin(east / 300) if class_ == "main" else 0)) for east in range(-1400, 1401, 100)]
        yield line("road", points, zh, en, **{"class": class_})
    for east, class_, zh, en in ALONG:
        south = -760 if class_ == "main" else -430
        yield line("road", [(east, north) for north in (south, -250, 150, 520, 1000)], zh, en, **{"class": class_})
    yield line("road", bank(80), "江边步道", "Riverside walk", **{"class": "path"})
    yield line("road", [(25, -60), (25, 150)], **{"class": "path"})
    yield line("road", [(-120, 45), (170, 45)], **{"class": "path"})
    for start, end in [((445, -45), (505, 20)), ((505, 20), (510, 80)), ((510, 80), (445, 135)), ((745, 135), (695, 80)), ((695, 80), (700, 10)), ((700, 10), (745, -45))]:
        yield line("road", [start, end], **{"class": "path"})
    yield line("rail", [(-1500, 622), (-700, 632), (0, 640), (1500, 630)], "城北铁路", "Chengbei Railway")


def overlaps(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def houses():
    chance = random.Random(20260301)
    columns = sorted(east for east, *_ in ALONG)
    rows = sorted(north for north, *_ in ACROSS)
    yield box("building", 205, 185, 300, 215, "第二小学", "No. 2 Primary School")
    yield box("building", 205, 270, 360, 300)
    yield box("building", -840, 560, -640, 600, "城北医院", "Chengbei Hospital")
    yield box("building", -100, -40, -60, -10, "文化馆", "House of Culture")
    for west, east in zip(columns, columns[1:]):
        for south, north in zip(rows, rows[1:]):
            block = (west + 14, south + 14, east - 14, north - 14)
            if any(overlaps(block, free) for free in OPEN):
                continue
            yield from block_of_houses(chance, block)


def block_of_houses(chance, block):
    """Houses along two streets, with a court between."""
    kept = [(190, 170, 380, 315), (-860, 545, -620, 615)]
    west, south, east, north = block
    for edge, deep in ((south, 1), (north, -1)):
        at = west + chance.uniform(0, 12)
        while at < east - 14:
            wide = min(chance.uniform(16, 46), east - at)
            depth = chance.uniform(11, 22)
            house = (at, min(edge, edge + deep * depth), at + wide, max(edge, edge + deep * depth))
            at += wide + chance.choice((3, 5, 9, 16))
            if not any(overlaps(house, other) for other in kept):
                yield box("building", *house)
    if north - south > 110 and chance.random() < 0.8:
        middle = (south + north) / 2
        wide = (east - west) * chance.uniform(0.35, 0.6)
        house = (west + 20, middle - 9, west + 20 + wide, middle + 9)
        if not any(overlaps(house, other) for other in kept):
            yield box("building", *house)


def write(folder, name, features):
    path = Path(folder) / f"{name}.geojson"
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    write(sys.argv[1], "10-ground", ground())
    write(sys.argv[1], "20-streets", streets())
    write(sys.argv[1], "30-houses", houses())
