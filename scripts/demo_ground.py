#!/usr/bin/env python3
"""Draws the ground of the demonstration's map: three towns that there are not, as GeoJSON.

Everything is made here, from numbers; nothing is copied from any map. Run it after a change and check in what it writes:
    python3 scripts/demo_ground.py crates/server/src/demo/ground
"""

import json
import math
import random
import sys
from pathlib import Path

DEGREE_M = 111_320


class Town:
    """A grid of streets in metres of its own, turned from north, around a middle in WGS-84."""

    def __init__(self, longitude, latitude, turn_deg, across, along, free=(), kept=()):
        self.longitude, self.latitude, self.turn = longitude, latitude, math.radians(turn_deg)
        # Streets: where they run, how wide, what they are called.
        self.across, self.along = across, along
        # Blocks without houses, and places that houses keep away from: west, south, east, north.
        self.free, self.kept = free, kept

    def place(self, east, north):
        x = east * math.cos(self.turn) + north * math.sin(self.turn)
        y = north * math.cos(self.turn) - east * math.sin(self.turn)
        return [
            round(self.longitude + x / (DEGREE_M * math.cos(math.radians(self.latitude))), 6),
            round(self.latitude + y / DEGREE_M, 6),
        ]

    def line(self, kind, points, *names, **more):
        return feature(kind, "LineString", [self.place(*point) for point in points], *names, **more)

    def area(self, kind, points, *names):
        return feature(kind, "Polygon", [[self.place(*point) for point in points + points[:1]]], *names)

    def box(self, kind, west, south, east, north, *names):
        return self.area(kind, [(west, south), (east, south), (east, north), (west, north)], *names)

    def label(self, at, zh, en):
        return feature("label", "Point", self.place(*at), zh, en)

    def path(self, *points, names=()):
        return self.line("road", list(points), *names, **{"class": "path"})

    def streets(self):
        west, east = self.along[0][0] - 250, self.along[-1][0] + 250
        south, north = self.across[0][0], self.across[-1][0] + 120
        for at, class_, zh, en in self.across:
            bend = 10 if class_ == "main" else 0
            points = [(x, at + bend * math.sin(x / 300)) for x in range(west, east + 1, 100)]
            yield self.line("road", points, zh, en, **{"class": class_})
        for at, class_, zh, en in self.along:
            begin = south - (330 if class_ == "main" else 0)
            points = [(at, begin)] + [(at, row) for row, *_ in self.across[1:]] + [(at, north)]
            yield self.line("road", points, zh, en, **{"class": class_})

    def houses(self, seed):
        chance = random.Random(seed)
        for one in self.kept:
            if len(one) > 4:
                yield self.box("building", *one)
        columns = [at for at, *_ in self.along]
        rows = [at for at, *_ in self.across]
        for west, east in zip(columns, columns[1:]):
            for south, north in zip(rows, rows[1:]):
                block = (west + 14, south + 14, east - 14, north - 14)
                if not any(overlaps(block, free) for free in self.free):
                    yield from self.block(chance, block)

    def block(self, chance, block):
        """Houses along two streets, with a court between."""
        west, south, east, north = block
        for edge, deep in ((south, 1), (north, -1)):
            at = west + chance.uniform(0, 12)
            while at < east - 14:
                wide = min(chance.uniform(16, 46), east - at)
                depth = chance.uniform(11, 22)
                house = (at, min(edge, edge + deep * depth), at + wide, max(edge, edge + deep * depth))
                at += wide + chance.choice((3, 5, 9, 16))
                yield from self.house(house)
        if north - south > 110 and chance.random() < 0.8:
            middle, wide = (south + north) / 2, (east - west) * chance.uniform(0.35, 0.6)
            yield from self.house((west + 20, middle - 9, west + 20 + wide, middle + 9))

    def house(self, house):
        if not any(overlaps(house, other[:4]) for other in self.kept):
            yield self.box("building", *house)


def feature(kind, type_, coordinates, zh="", en="", **more):
    names = {"name": zh, "name_en": en} if zh else {}
    return {
        "type": "Feature",
        "properties": {"kind": kind, **more, **names},
        "geometry": {"type": type_, "coordinates": coordinates},
    }


def overlaps(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


RIVERSIDE = Town(
    113.3217,
    23.10483,
    7,
    across=[
        (-235, "main", "滨江路", "Binjiang Road"),
        (-60, "street", "广场南路", "Square South Road"),
        (150, "street", "广场北路", "Square North Road"),
        (330, "street", "校前路", "Xiaoqian Road"),
        (520, "main", "城北大道", "Chengbei Avenue"),
        (720, "street", "纺织路", "Fangzhi Road"),
        (900, "street", "柳巷", "Willow Lane"),
    ],
    along=[
        (-1150, "street", "西堤街", "West Dyke Street"),
        (-860, "street", "西街", "West Street"),
        (-560, "main", "桥南大街", "Qiaonan Street"),
        (-290, "street", "邮电街", "Post Street"),
        (-120, "street", "钟楼街", "Bell Tower Street"),
        (170, "street", "东街", "East Street"),
        (430, "street", "仓前街", "Granary Street"),
        (760, "main", "东环路", "East Ring Road"),
        (1120, "street", "园艺街", "Garden Street"),
    ],
    free=[(-120, -60, 170, 150), (430, -60, 760, 150), (-560, 520, -290, 720)],
    kept=[
        (-500, 180, -380, 212, "第二小学", "No. 2 Primary School"),
        (-500, 255, -335, 288),
        (-530, 165, -300, 318),
        (-840, 560, -640, 600, "城北医院", "Chengbei Hospital"),
        (-860, 545, -620, 615),
        (-100, -40, -60, -10, "文化馆", "House of Culture"),
        (340, -290, 470, -240),
    ],
)

WALLED = Town(
    113.2975,
    40.0865,
    0,
    across=[
        (-900, "street", "南关街", "South Gate Street"),
        (-620, "main", "商场路", "Mall Road"),
        (-380, "street", "棉花巷", "Cotton Lane"),
        (-120, "street", "鼓楼西街", "Drum Tower West Street"),
        (140, "main", "鼓楼东街", "Drum Tower East Street"),
        (420, "street", "县角街", "County Corner Street"),
        (680, "street", "顺城街", "Along the Wall"),
    ],
    along=[
        (-700, "street", "西马路", "West Road"),
        (-420, "street", "院巷", "Court Lane"),
        (-150, "main", "永和街", "Yonghe Street"),
        (130, "street", "仓巷", "Store Lane"),
        (410, "street", "东马路", "East Road"),
        (690, "street", "操场街", "Parade Street"),
    ],
    kept=[(160, -850, 350, -722, "商场", "Mall"), (140, -720, 400, -634), (-420, 180, -300, 380)],
)

HILLS = Town(
    106.5703,
    29.5552,
    24,
    across=[
        (-330, "main", "江岸路", "Riverbank Road"),
        (-150, "street", "石梯街", "Stone Steps Street"),
        (30, "street", "影院街", "Cinema Street"),
        (190, "street", "崖下路", "Below the Cliff"),
        (380, "main", "山脊路", "Ridge Road"),
    ],
    along=[
        (-520, "street", "西坡", "West Slope"),
        (-300, "street", "茶馆巷", "Teahouse Lane"),
        (-110, "street", "后巷", "Back Alley"),
        (90, "main", "中环街", "Zhonghuan Street"),
        (310, "street", "灯笼巷", "Lantern Lane"),
        (540, "street", "东坡", "East Slope"),
    ],
    kept=[(-70, -70, 30, -4, "影院", "Cinema"), (-84, -84, 66, 18)],
)


def bank(offset):
    """One bank of the river, which winds."""
    wind = lambda east: 45 * math.sin(east / 420) + 18 * math.sin(east / 170)
    return [(east, -400 + offset + wind(east)) for east in range(-1500, 1501, 60)]


def ground():
    town = RIVERSIDE
    yield town.area("water", bank(60) + bank(-110)[::-1], "澜江", "Lan River")
    lake = [(600 + 80 * math.cos(a / 12 * math.pi), 46 + 44 * math.sin(a / 12 * math.pi)) for a in range(24)]
    yield town.box("green", 442, -48, 748, 138, "莲湖公园", "Lotus Lake Park")
    yield town.area("water", lake, "莲湖", "Lotus Lake")
    yield town.area("green", bank(64) + bank(96)[::-1], "江边步道", "Riverside walk")
    yield town.box("green", -548, 532, -302, 708, "北园", "North Garden")
    yield town.box("green", -100, 100, 150, 138)
    yield town.box("other", 340, -302, 470, -286, "3 号码头", "Pier 3")
    yield town.line("border", [(-1500, 610), (-560, 610), (-560, 620), (1500, 620)], "区界", "District border")
    yield town.label((-250, -150), "滨江区", "Binjiang District")
    yield town.label((-200, 800), "城北区", "Chengbei District")
    yield town.label((25, 45), "中心广场", "Central Square")
    town = WALLED
    yield town.box("green", -900, 700, 900, 736)
    yield town.box("building", -900, 742, 900, 758, "城墙", "City wall")
    yield town.box("green", -410, 190, -310, 370, "鼓楼园", "Drum Tower Garden")
    yield town.label((0, 20), "平城", "Walled town")
    town = HILLS
    wind = [(east, -470 + 40 * math.sin(east / 260)) for east in range(-900, 901, 60)]
    yield town.area("water", wind + [(east, north - 190) for east, north in wind][::-1], "岸江", "Bank River")
    yield town.box("green", -510, 200, -310, 370, "崖顶公园", "Cliff Park")
    yield town.label((0, 280), "山城", "Hill town")


def streets():
    town = RIVERSIDE
    for one in (RIVERSIDE, WALLED, HILLS):
        yield from one.streets()
    yield town.path(*bank(80), names=("江边步道", "Riverside walk"))
    yield town.path((25, -60), (25, 150))
    yield town.path((-120, 45), (170, 45))
    yield town.path((445, -45), (505, 20), (510, 80), (445, 135))
    yield town.path((745, 135), (695, 80), (700, 10), (745, -45))
    yield town.line("rail", [(-1500, 622), (-700, 632), (0, 640), (1500, 630)], "城北铁路", "Chengbei Railway")
    yield WALLED.path((-900, 720), (900, 720), names=("城墙步道", "City wall path"))
    yield HILLS.path((-84, 8), (66, 8))
    yield HILLS.path((48, -84), (48, 18))


def houses():
    yield from RIVERSIDE.houses(20260301)
    yield from WALLED.houses(20260302)
    yield from HILLS.houses(20260303)


def write(folder, name, features):
    path = Path(folder) / f"{name}.geojson"
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    path.write_text(f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n', encoding="utf-8")
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    write(sys.argv[1], "10-ground", ground())
    write(sys.argv[1], "20-streets", streets())
    write(sys.argv[1], "30-houses", houses())
