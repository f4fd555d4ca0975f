"""A chart of every kind, with hostile names, gaps and everything that a kind can carry: what static media are tried on."""

from datetime import date
from math import sqrt
from typing import Any

import polars as pl

from dashboard import charts
from dashboard.charts import Chart

RTL = "\u202eمركز الصحة"
LONG = "Puskesmas " + "Sungai Bengkal Hulu Barat Daya " * 6
HOSTILE = [
    '=HYPERLINK("http://x.example","a")',
    "<script>alert(1)</script>",
    LONG[:200],
    RTL,
    "#panic() $x$ *b*\x07 \\frac",
]
UNITS = ["Puskesmas Muara Tebo", "Puskesmas Suo-Suo", "Puskesmas Alai Ilir", "RSUD Sultan Thaha Saifuddin", *HOSTILE]
MONTHS = [date(2024 + n // 12, n % 12 + 1, 1) for n in range(24)]
BANDS = {1: "Sangat tinggi", 2: "Tinggi", 3: "Sedang", 4: "Rendah", 5: "Sangat rendah"}
GRADES = (
    (88.31, 100.0, "A", "Sangat baik"),
    (76.61, 88.3, "B", "Baik"),
    (65.0, 76.6, "C", "Kurang baik"),
    (25.0, 64.99, "D", "Tidak baik"),
)


def _words(title: str, unit: str) -> dict[str, Any]:
    return {"title": title, "unit": unit, "alt": f"Uraian: {title} <b>&"}


def _visits() -> pl.DataFrame:
    values: list[float | None] = [1000 + 37 * ((n * 7) % 11) - (25 * n if n > 14 else 0) for n in range(24)]
    values[9] = None
    return pl.DataFrame(
        {
            "m": MONTHS,
            "y": values,
            "p": [None] * 12 + [v for v in values[:12]],
            "mean": [1180.0] * 12 + [1090.0] * 12,
            "lo": [900.0] * 12 + [780.0] * 12,
            "hi": [1460.0] * 12 + [1400.0] * 12,
            "g": [0] * 12 + [1] * 12,
            "s": [None] * 5 + ["good"] + [None] * 14 + ["bad"] * 4,
            "w": [None] * 5 + ["di luar batas"] + [None] * 14 + ["4 bulan di bawah rerata"] * 4,
            "late": [False] * 23 + [True],
        }
    )


def _forecast() -> pl.DataFrame:
    days = [date(2026, n, 1) for n in range(1, 13)]
    known = [5.5, 12.0, 19.25, 27.0, 35.5, 44.0, 50.5, 58.0, 64.75, None, None, None]
    ahead = [None] * 8 + [64.75, 71.0, 77.5, 84.25]
    frame = pl.DataFrame({"m": days, "y": known, "f": ahead, "t": [n * 100 / 12 for n in range(1, 13)]})
    for level, wide in ((80, 2.0), (95, 4.0)):
        for side, sign in (("l", -1), ("u", 1)):
            edge = [None if v is None else v + sign * wide * max(i - 8, 0) for i, v in enumerate(ahead)]
            frame = frame.with_columns(pl.Series(f"{side}{level}", edge))
    return frame


def _ranked() -> pl.DataFrame:
    n = len(UNITS)
    values = [98.2, 91.5, 84.0, None, 77.7, 71.2, 66.6, 60.1, 42.9]
    return pl.DataFrame(
        {
            "n": UNITS,
            "v": values,
            "t": [100.0, 95.0, 90.0, 90.0, 85.0, 80.0, 100.0, 75.0, 70.0],
            "due": [80.0] * n,
            "lo": [None if v is None else v - 4 for v in values],
            "hi": [None if v is None else v + 3 for v in values],
            "prev": [95.0, None, 86.0, 80.0, 70.0, 71.5, 60.0, 66.0, 44.0],
            "b": [1, 1, 2, None, 3, 3, 4, 5, 5],
            "s": ["good", "ordinary", "ordinary", None, "ordinary", "bad", "ordinary", "ordinary", "bad"],
            "h": [False] * 7 + [True, False],
        }
    )


def _cells() -> pl.DataFrame:
    rows = []
    for i, unit in enumerate(UNITS):
        for j in range(8):
            band = None if (i * 3 + j) % 11 == 0 else (i + j) % 5 + 1
            value = None if band is None else 100.0 - band * 9 - j * 0.4
            name = f"Persentase indikator nomor {j + 1} menurut rencana"
            state = {None: "belum", 1: "tepat", 2: "tepat", 3: "terlambat", 4: "tidak", 5: "tidak"}[band]
            words = None if value is None else f"{value:.1f}".replace(".", ",")
            rows.append({"u": unit, "k": name, "v": value, "t": words, "b": band, "s": state})
    return pl.DataFrame(rows)


def _areas() -> tuple[pl.DataFrame, dict[str, Any]]:
    names = ["Tebo Tengah", "Tebo Ilir", "Rimbo Bujang", "VII Koto", "Sumay", HOSTILE[1]]
    features = []
    for i, name in enumerate(names):
        x, y = i % 3, i // 3
        ring = [[x, y], [x + 0.9, y + 0.1], [x + 1, y + 1], [x + 0.1, y + 0.9], [x, y]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "geometry": shape, "properties": {"kecamatan_code": str(i), "name": name}})
    frame = pl.DataFrame(
        {
            "a": ["0", "1", "2", "3", "4"],
            "v": [96.1, 84.2, None, 55.5, 41.0],
            "t": ["96,1 %", "84,2 %", None, "55,5 %", "41,0 %"],
            "b": [1, 2, None, 4, 5],
        }
    )
    return frame, {"type": "FeatureCollection", "features": features}


def _funnel() -> pl.DataFrame:
    rows = []
    for i, unit in enumerate(UNITS):
        size = [400.0, 250.0, 900.0, 520.0, 100.0, 60.0, 330.0, 700.0, 25.0][i]
        value = [84.0, 60.5, 96.0, 85.5, None, 92.0, 80.0, 74.5, 40.0][i]
        side = ["ordinary", "bad", "good", "ordinary", "none", "ordinary", "bad", "bad", "none"][i]
        rows.append({"n": unit, "s": size, "v": value, "c": side, "h": size < 50})
    for size in (25.0, 50.0, 100.0, 200.0, 400.0, 650.0, 900.0):
        half = 100 * sqrt(0.85 * 0.15 / size)
        edges = {"l": 85 - 1.96 * half, "u": min(85 + 1.96 * half, 100.0)}
        edges |= {"ll": 85 - 3.09 * half, "uu": min(85 + 3.09 * half, 100.0)}
        rows.append({"n": None, "s": size, "v": None, "c": "none", "h": False, **edges})
    schema = dict.fromkeys(("l", "u", "ll", "uu"), pl.Float64)
    return pl.DataFrame(rows, infer_schema_length=None, schema_overrides=schema).with_columns(o=pl.lit(85.0))


def gallery() -> dict[str, Chart]:
    """Return a chart by a name of its own; every kind is there, `line` in several dresses."""
    visits, ranked, cells, (areas, outlines) = _visits(), _ranked(), _cells(), _areas()
    years = pl.concat(
        [
            visits.select("m", "y").with_columns(u=pl.lit(u), y=pl.col("y") * k)
            for u, k in zip(UNITS, (1.0, 0.9, 0.8, 0.35, 0.3, 0.2, 0.1, 0.5, 0.6), strict=True)
        ]
    )
    share = pl.DataFrame(
        {
            "m": MONTHS[:12],
            "a": [400 + 20 * n for n in range(12)],
            "b": [150 + 9 * n for n in range(11)] + [None],
            "c": [30] * 11 + [None],
        }
    )
    share = share.with_columns(
        pl.when(pl.col("m") == MONTHS[4]).then(None).otherwise(pl.col(c)).alias(c) for c in "abc"
    )
    parts = pl.DataFrame(
        {
            "n": ["Hasil kerja", "Perilaku", "Potongan keterlambatan laporan", "Data belum ada"],
            "v": [54.25, 31.5, -6.75, None],
        }
    )
    states = {
        "tepat": ("tepat waktu", "good"),
        "terlambat": ("terlambat", "attention"),
        "tidak": ("tidak lengkap", "4"),
        "belum": ("belum melapor", "missing"),
    }
    index = pl.DataFrame(
        {
            "m": [date(2024 + q // 4, q % 4 * 3 + 1, 1) for q in range(8)],
            "y": [81.2, 80.4, 83.3, None, 84.1, 79.9, 78.0, 75.2],
        }
    )
    bars: dict[str, Any] = {"band_names": BANDS, "reference": 85.0, "reference_name": "target kabupaten"}
    return {
        "line": charts.line(
            visits,
            "m",
            "y",
            limits=("lo", "hi"),
            mean="mean",
            segment="g",
            signal="s",
            signal_note="w",
            provisional="late",
            previous="p",
            **_words("Kunjungan turun empat bulan berturut-turut", "pasien per bulan"),
        ),
        "line_target": charts.line(
            index,
            "m",
            "y",
            bands=GRADES,
            target=80.0,
            digits=1,
            **_words("Indeks kepuasan turun ke C", "indeks 25–100"),
        ),
        "line_forecast": charts.line(
            _forecast(),
            "m",
            "y",
            forecast="f",
            fan={80: ("l80", "u80"), 95: ("l95", "u95")},
            target="t",
            **_words("Capaian mengarah ke 84,3 %", "% dari target setahun"),
        ),
        "line_series": charts.line(
            years.filter(pl.col("u").is_in(UNITS[:4])),
            "m",
            "y",
            series="u",
            target=500.0,
            **_words("Empat unit", "pasien"),
        ),
        "bars": charts.bars(
            ranked, "n", "v", colour="b", lower="lo", upper="hi", **bars, **_words("Capaian per unit", "%")
        ),
        "dots": charts.dots(
            ranked,
            "n",
            "v",
            lower="lo",
            upper="hi",
            previous="prev",
            previous_name="semester lalu",
            hollow="h",
            bands=GRADES,
            colour="s",
            **_words("Kepuasan per unit", "indeks"),
        ),
        "stacked": charts.stacked(
            share, "m", {"a": "BPJS", "b": "Umum", "c": HOSTILE[1]}, **_words("Bagian pembayar", "pasien")
        ),
        "stacked_words": charts.stacked(
            ranked.head(5).with_columns(w=pl.col("v") / 2),
            "n",
            {"v": "Baru", "w": "Lama"},
            **_words("Baru dan lama", "pasien"),
        ),
        "bullet": charts.bullet(
            ranked, "n", "v", "t", path="due", colour="b", band_names=BANDS, **_words("Capaian terhadap target", "%")
        ),
        "matrix": charts.matrix(
            cells, "u", "k", value="v", text="t", band="b", band_names=BANDS, **_words("Matriks capaian", "%")
        ),
        "multiples": charts.multiples(
            years.with_columns(c=pl.when(pl.col("u") == UNITS[1]).then(pl.lit("bad")).otherwise(pl.lit("ordinary"))),
            "m",
            "y",
            "u",
            colour="c",
            **_words("Kunjungan tiap unit", "pasien"),
        ),
        "area_map": charts.area_map(
            areas, "a", "v", text="t", band="b", band_names=BANDS, geometry=outlines, **_words("Peta capaian", "%")
        ),
        "waterfall": charts.waterfall(parts, "n", "v", total="Nilai akhir", **_words("Nilai 79,0", "poin")),
        "heat": charts.heat(cells, "u", "k", state="s", text="t", states=states, **_words("Ketepatan laporan", "")),
        "funnel": charts.funnel(
            _funnel(),
            "n",
            "s",
            "v",
            overall="o",
            limits=("l", "u"),
            far_limits=("ll", "uu"),
            colour="c",
            hollow="h",
            size_name="laporan yang diterima",
            **_words("Dua unit di luar batas", "%"),
        ),
    }
